import { foreignText } from "./foreignText.ts";
import { drained, type HttpAnswer, type HttpFetch } from "./httpPort.ts";

const redirects = new Set([301, 302, 303, 307, 308]);
const MAX_REDIRECTS = 5;

/**
 * Follows a redirect only where it keeps the method and stays within the origin of the request: what is sent to a server
 * is meant for that one (RFC 9110, 15.4). Any other redirect is an answer.
 */
export function withinOrigin(send: HttpFetch): HttpFetch {
  return async (url, request = {}) => {
    let current = url;
    for (let followed = 0; ; followed++) {
      const answer = await send(current, { ...request, redirect: "manual" });
      const target = redirectTarget(current, answer);
      if (target === undefined || followed === MAX_REDIRECTS) return answer;
      const keepsMethod = (request.method ?? "GET") === "GET" || answer.status === 307 || answer.status === 308;
      if (!keepsMethod || !isWithin(new URL(current), target)) return answer;
      await drained(answer.body);
      current = target;
    }
  };
}

/** What to say of an answer that is a redirect which was not followed; `undefined` for any other. */
export function unfollowedRedirect(url: URL, answer: HttpAnswer): string | undefined {
  if ((answer as { readonly type?: unknown }).type === "opaqueredirect") {
    return "Redirect not followed: this runtime does not expose where it points";
  }
  const to = redirectPlace(url, answer);
  return to && `Redirect to ${to} not followed`;
}

/**
 * Where an answer points to, to be shown: without its query, which pages for a sign-in have secrets in.
 *
 * @returns `undefined` for one that is no redirect
 */
export function redirectPlace(url: string | URL, answer: Pick<HttpAnswer, "status" | "headers">): string | undefined {
  const target = redirectTarget(url, answer);
  if (!target) return undefined;
  const isOfWeb = target.protocol === "https:" || target.protocol === "http:";
  return foreignText(isOfWeb ? target.origin + target.pathname : `${target.protocol}…`, LONGEST_PLACE);
}

const LONGEST_PLACE = 200;

/** Where an answer points to; `undefined` for one that is no redirect. */
export function redirectTarget(
  url: string | URL,
  { status, headers }: Pick<HttpAnswer, "status" | "headers">,
): URL | undefined {
  const location = redirects.has(status) ? headers.get("location") : null;
  if (location === null) return undefined;
  try {
    return new URL(location, url);
  } catch {
    return undefined;
  }
}

/** The same scheme, host and port, or the https form of both on their default ports, with no other credentials. */
function isWithin(from: URL, to: URL): boolean {
  if ((to.username !== "" || to.password !== "") && (to.username !== from.username || to.password !== from.password)) {
    return false;
  }
  if (from.origin === to.origin) return true;
  return (
    from.protocol === "http:" &&
    to.protocol === "https:" &&
    from.hostname === to.hostname &&
    from.port === "" &&
    to.port === ""
  );
}
