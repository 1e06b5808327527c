import { CookieJar, signInByHttp } from "./signInByHttp.ts";

/** Does on another device what the program asks for: enters the code, signs in, allows. */
export async function useDeviceCode(verificationUri: string, userCode: string): Promise<void> {
  const jar = new CookieJar();
  const post = async (fields: Record<string, string>) => {
    const url = new URL(verificationUri);
    const response = await fetch(url, {
      method: "POST",
      redirect: "manual",
      body: new URLSearchParams(fields),
      headers: { cookie: jar.header(url) },
    });
    jar.keep(response);
    return response;
  };
  const first = await fetch(verificationUri);
  jar.keep(first);
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(await first.text())?.[1] ?? "";
  await (await post({ xsrf, user_code: userCode })).text();
  const on = (await post({ xsrf, user_code: userCode, confirm: "yes" })).headers.get("location");
  if (!on) throw new Error("the code was not taken");
  // The way ends on a page of the provider, which `signInByHttp` has no button for.
  await signInByHttp(new URL(on, verificationUri).href, { jar }).catch((error: Error) => {
    if (!error.message.includes("Go back to your device")) throw error;
  });
}
