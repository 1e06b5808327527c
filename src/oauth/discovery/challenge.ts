import { moreThanStatus, quotedText, reasonIn } from "../../lib/quotedText.ts";

/** What a 401 or 403 says in `WWW-Authenticate` for the Bearer scheme (RFC 6750, 3; RFC 9728, 5.1). */
export interface Challenge {
  readonly error?: string;
  /** Why, for developers (RFC 6750, 3): not to be shown but as the other side's words, see `refusalWords`. */
  readonly description?: string;
  readonly scopes: readonly string[];
  readonly resourceMetadata?: string;
}

/**
 * Reads the Bearer challenge out of a `WWW-Authenticate` header (RFC 9110, 11.6.1), whatever the order and spacing of
 * its parameters and whichever schemes stand beside it.
 *
 * @returns undefined when the header has no Bearer challenge
 */
export function parseChallenge(header: string | null): Challenge | undefined {
  if (!header) return undefined;
  const parameters = bearerParameters(header);
  if (!parameters) return undefined;
  const error = parameters.get("error");
  const description = parameters.get("error_description");
  const resourceMetadata = parameters.get("resource_metadata");
  return {
    ...(error !== undefined && { error }),
    ...(description !== undefined && { description }),
    scopes: splitScopes(parameters.get("scope")),
    ...(resourceMetadata !== undefined && { resourceMetadata }),
  };
}

/**
 * Why whoever answered refuses, in its own words: what its challenge says, else the body.
 *
 * @param body of the same answer
 */
export function refusalWords(challenge: Challenge | undefined, body: string): { readonly words?: string } {
  const words = quotedText(challenge?.description ?? "") ?? reasonIn(body);
  // Some repeat the code, which is told anyway.
  return words === challenge?.error ? {} : moreThanStatus(words);
}

/**
 * The parameters of the Bearer challenges, the first of each name. The header is walked from its start, because what
 * looks like a challenge may stand inside the quoted string of another scheme.
 */
function bearerParameters(header: string): Map<string, string> | undefined {
  const separators = /[\s,]*/y;
  const parameter = /([!#$%&'*+.^_`|~0-9a-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))/iy;
  const name = /[!#$%&'*+.^_`|~0-9a-z-]+/iy;
  let bearer: Map<string, string> | undefined;
  let current: Map<string, string> | undefined;
  for (let at = 0; at < header.length; ) {
    const readAt = (pattern: RegExp): RegExpExecArray | null => {
      pattern.lastIndex = at;
      const match = pattern.exec(header);
      if (match) at = pattern.lastIndex;
      return match;
    };
    readAt(separators);
    const found = readAt(parameter);
    if (found) {
      const key = (found[1] ?? "").toLowerCase();
      const value = found[2] !== undefined ? found[2].replace(/\\(.)/g, "$1") : (found[3] ?? "");
      if (current && !current.has(key)) current.set(key, value);
      continue;
    }
    const scheme = readAt(name)?.[0].toLowerCase();
    if (scheme === undefined) at++;
    else if (scheme === "bearer") current = bearer ??= new Map();
    else current = undefined;
  }
  return bearer;
}

/** The scopes of a space-delimited list (RFC 6749, 3.3). */
export const splitScopes = (scope: string | undefined): string[] => (scope ?? "").split(" ").filter((s) => s !== "");

/** Scopes of all lists, each once, in order of appearance. */
export const unionOfScopes = (...lists: readonly (readonly string[])[]): string[] => [...new Set(lists.flat())];

/** Scopes that say what comes with a sign-in and are no API's; providers may leave them out when they say what was granted. */
export const openIdScopes: ReadonlySet<string> = new Set(["openid", "profile", "email", "offline_access"]);
