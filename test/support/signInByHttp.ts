/** What a browser remembers between pages: cookies by name, sent where their path allows. */
export class CookieJar {
  readonly #cookies = new Map<string, { readonly value: string; readonly path: string }>();

  header(url: URL): string {
    return [...this.#cookies]
      .filter(
        ([, { path }]) => url.pathname === path || url.pathname.startsWith(path.endsWith("/") ? path : `${path}/`),
      )
      .map(([name, { value }]) => `${name}=${value}`)
      .join("; ");
  }

  keep(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const [pair = "", ...attributes] = line.split(";").map((part) => part.trim());
      const at = pair.indexOf("=");
      const attribute = (name: string) =>
        attributes.find((part) => part.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1);
      const expires = attribute("expires");
      const gone = pair.slice(at + 1) === "" || (expires !== undefined && Date.parse(expires) < Date.now());
      if (gone) this.#cookies.delete(pair.slice(0, at));
      else this.#cookies.set(pair.slice(0, at), { value: pair.slice(at + 1), path: attribute("path") ?? "/" });
    }
  }
}

export interface SignInAnswers {
  /** Who signs in, by subject; Ada by default. */
  readonly person?: string;
  readonly consent?: "allow" | "deny";
  /** Cancels on the first page. */
  readonly cancel?: boolean;
  /** The browser; a fresh one by default. */
  readonly jar?: CookieJar;
}

export interface SignInTrip {
  /** Where the provider sent the browser in the end: the client's redirect URI with a code or an error. */
  readonly landed: URL;
  /** Titles of the pages on the way. */
  readonly pages: readonly string[];
  /** The pages themselves, with the headers they came with. */
  readonly answers: readonly { readonly url: string; readonly html: string; readonly headers: Headers }[];
}

const mostHops = 20;

/**
 * Goes through the provider's pages as a browser without scripts would: cookies, redirects, a button of each form. It
 * stops before it leaves the provider.
 *
 * @throws Error with the page's text when a page offers none of the wanted buttons
 */
export async function signInByHttp(authorizationUrl: string, answers: SignInAnswers = {}): Promise<SignInTrip> {
  const { jar = new CookieJar(), person = "ada", consent = "allow", cancel = false } = answers;
  const { origin } = new URL(authorizationUrl);
  const wanted = [cancel ? "cancel" : `person:${person}`, consent];
  const seen: { url: string; html: string; headers: Headers }[] = [];
  let url = new URL(authorizationUrl);
  let init: RequestInit = {};
  for (let hop = 0; hop < mostHops; hop++) {
    const response = await fetch(url, {
      ...init,
      redirect: "manual",
      headers: { ...init.headers, ...browser(jar, url) },
    });
    jar.keep(response);
    const location = response.headers.get("location");
    if (location !== null) {
      await response.body?.cancel();
      url = new URL(location, url);
      init = {};
      if (url.origin !== origin) return { landed: url, pages: seen.map(({ html }) => title(html)), answers: seen };
      continue;
    }
    const html = await response.text();
    seen.push({ url: url.href, html, headers: response.headers });
    const answer = wanted.find((value) => html.includes(`value="${value}"`));
    if (answer === undefined) throw new Error(`no way on from ${response.status} ${url.pathname}: ${text(html)}`);
    init = {
      method: "POST",
      body: new URLSearchParams({ answer }),
      headers: { "content-type": "application/x-www-form-urlencoded" },
    };
  }
  throw new Error(`the provider redirected more than ${mostHops} times`);
}

function browser(jar: CookieJar, url: URL): Record<string, string> {
  return { accept: "text/html", cookie: jar.header(url) };
}

function title(html: string): string {
  return /<title>([^<]*)<\/title>/.exec(html)?.[1] ?? "";
}

/** The words of a page. */
export function text(html: string): string {
  return html
    .replace(/<style>[\s\S]*?<\/style>/g, "")
    .replace(/<[^>]+>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

/** The same, and lets the browser find its way home: to the client, which has a page for it. */
export async function visit(authorizationUrl: string, answers: SignInAnswers = {}): Promise<void> {
  const { landed } = await signInByHttp(authorizationUrl, answers);
  await (await fetch(landed)).text();
}
