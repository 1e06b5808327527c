import type { HttpAnswer, HttpFetch } from "../lib/httpPort.ts";
import { MAX_COOKIE_BYTES, MAX_COOKIES } from "../lib/limits.ts";
import { isSecureUrl } from "../lib/secureUrl.ts";

interface Cookie {
  readonly origin: string;
  readonly path: string;
  readonly value: string;
}

/**
 * Gives a server back the cookies that it set over the same connection (RFC 6265): balancers keep a session at the replica that
 * knows it by one, and each request reached another without. The official SDK in TypeScript keeps none, the one in Python does.
 *
 * They live as long as the connection, in memory alone, and go to the origin that set them and to no other host, whatever `Domain`
 * says. Few and small ones are kept, the newest. What is sent with a cookie of its own keeps that too.
 */
export function withStickyCookies(send: HttpFetch): HttpFetch {
  const cookies = new Map<string, Cookie>();
  return async (to, request = {}) => {
    // Most servers set none, and their calls cost nothing for it.
    if (cookies.size === 0) return keeping(await send(to, request), to, cookies);
    const url = new URL(to);
    const given = Object.entries(request.headers ?? {});
    const own = given.filter(([name]) => name.toLowerCase() === "cookie").map(([, value]) => value);
    const all = [...own, ...cookiesFor(url, cookies)].join("; ");
    const others = given.filter(([name]) => name.toLowerCase() !== "cookie");
    const headers = all === "" ? request.headers : { ...Object.fromEntries(others), cookie: all };
    return keeping(await send(to, { ...request, ...(headers && { headers }) }), to, cookies);
  };
}

const cookiesFor = ({ origin, pathname }: URL, cookies: ReadonlyMap<string, Cookie>): readonly string[] =>
  [...cookies]
    .filter(([, cookie]) => cookie.origin === origin && isBelow(pathname, cookie.path))
    .map(([name, { value }]) => `${name}=${value}`);

/** RFC 6265, 5.1.4. */
const isBelow = (path: string, of: string): boolean => path === of || path.startsWith(of.endsWith("/") ? of : `${of}/`);

/** A header of several cookies, of which each begins with a name; a date has its comma before a number (RFC 6265, 3). */
const between = /,\s*(?=[!#$%&'*+.^_`|~0-9A-Za-z-]+=)/;
/** What a cookie is made of (RFC 6265, 4.1.1). */
const nameAndValue = /^\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)=("?[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*"?)\s*$/;

function keeping(answer: HttpAnswer, from: string | URL, cookies: Map<string, Cookie>): HttpAnswer {
  const { headers } = answer;
  const set = headers.get("set-cookie");
  if (set !== null && set.length <= MAX_COOKIES * MAX_COOKIE_BYTES) keep(set, { headers, url: new URL(from) }, cookies);
  return answer;
}

function keep(
  set: string,
  { headers, url }: Pick<HttpAnswer, "headers"> & { readonly url: URL },
  cookies: Map<string, Cookie>,
): void {
  for (const one of set.split(between)) {
    const [pair = "", ...rest] = one.split(";");
    const [, name, value] = nameAndValue.exec(pair) ?? [];
    if (name === undefined || value === undefined || pair.length > MAX_COOKIE_BYTES) continue;
    const attributes = new Map(rest.map(asAttribute));
    cookies.delete(name);
    if (isOver(attributes, headers) || (attributes.has("secure") && !isSecureUrl(url))) continue;
    const path = attributes.get("path");
    cookies.set(name, { origin: url.origin, path: path?.startsWith("/") ? path : "/", value });
    const [oldest] = cookies.keys();
    if (cookies.size > MAX_COOKIES && oldest !== undefined) cookies.delete(oldest);
  }
}

function asAttribute(text: string): readonly [name: string, value: string] {
  const [name = "", value = ""] = text.split(/=(.*)/s);
  return [name.trim().toLowerCase(), value.trim()];
}

/** Whether a cookie is taken back. When one ends by itself is the server's business: it knows what it is sent. */
function isOver(attributes: ReadonlyMap<string, string>, headers: HttpAnswer["headers"]): boolean {
  const age = attributes.get("max-age");
  if (age !== undefined && /^-?\d+$/.test(age)) return Number(age) <= 0;
  const ends = Date.parse(attributes.get("expires") ?? "");
  return ends <= Date.parse(headers.get("date") ?? "2000-01-01");
}
