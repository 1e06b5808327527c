import type { CredentialPlaces } from "../oauth/tokens/clientCredential.ts";
import type { ProxyLogin } from "../system/environmentProxy.ts";
import { placeOf } from "./options/placeOptions.ts";

/** The variable that says where a proxy's user name and password are read; it has neither in it. */
const LOGIN_VARIABLE = "GATEWAY_CONNECT_PROXY_LOGIN";

/**
 * The user name and password of the environment's proxies that are kept elsewhere, as `file:/path` or
 * `command:program argument` says: an entry of a host's file may hold neither.
 *
 * @throws Error in words, without what was read
 */
export async function readProxyLogin(
  env: Readonly<Record<string, string | undefined>>,
  places: Pick<CredentialPlaces, "readFile" | "run">,
): Promise<ProxyLogin | undefined> {
  const said = env[LOGIN_VARIABLE];
  if (!said) return undefined;
  const place = placeOf(LOGIN_VARIABLE, said);
  if (place?.file === undefined && place?.command === undefined) {
    throw new Error(`${LOGIN_VARIABLE} is "file:/path" or "command:program argument", where "user:password" is read.`);
  }
  const reading = place.file === undefined ? places.run(place.command ?? []) : places.readFile(place.file);
  const text = await reading.catch((error: Error) => {
    throw new Error(`The proxy's user name and password cannot be had from ${LOGIN_VARIABLE}: ${error.message}.`);
  });
  const [, user, password] = /^([^:\r\n]+):([^\r\n]*)\r?\n?$/.exec(text) ?? [];
  if (user === undefined || password === undefined) {
    throw new Error(`${LOGIN_VARIABLE} leads to something else than one line "user:password".`);
  }
  return { user, password };
}
