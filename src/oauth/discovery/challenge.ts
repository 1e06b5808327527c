import { moreThanStatus, quotedText, reasonIn } from "../../lib/quotedText.ts";

/** What a 401 or 403 says in `WWW-Authenticate` for tokens (RFC 6750, 3; RFC 9449, 7.1; RFC 9728, 5.1). */
export interface Challenge {
  readonly error?: string;
  /** Why, for developers (RFC 6750, 3): not to be shown but as the other side's words, see `refusalWords`. */
  readonly description?: string;
  readonly scopes: readonly string[];
  readonly resourceMetadata?: string;
  /** What it says of tokens that are bound to a key; undefined where it has no challenge of that scheme. */
  readonly proofs?: ProofChallenge;
}

/** The challenge of the DPoP scheme (RFC 9449, 7.1). */
export interface ProofChallenge {
  /** The algorithms that proofs may be signed with, where it names them. */
  readonly algorithms?: readonly string[];
  /** No other token is taken: there is no challenge of the Bearer scheme beside it. */
  readonly only: boolean;
}

/**
 * Reads the challenges of the Bearer and the DPoP scheme out of a `WWW-Authenticate` header (RFC 9110, 11.6.1), whatever the
 * order and spacing of their parameters and whichever schemes stand beside them. What both say is one: a server names the
 * error with the scheme that was used.
 *
 * @returns undefined when the header has neither
 */
export function parseChallenge(header: string | null): Challenge | undefined {
  if (!header) return undefined;
  const { bearer, dpop } = challengeParameters(header);
  if (!bearer && !dpop) return undefined;
  const parameter = (name: string) => bearer?.get(name) ?? dpop?.get(name);
  const error = parameter("error");
  const description = parameter("error_description");
  const resourceMetadata = parameter("resource_metadata");
  const algorithms = dpop?.get("algs");
  return {
    ...(error !== undefined && { error }),
    ...(description !== undefined && { description }),
    scopes: splitScopes(parameter("scope")),
    ...(resourceMetadata !== undefined && { resourceMetadata }),
    ...(dpop && {
      proofs: { only: !bearer, ...(algorithms !== undefined && { algorithms: splitScopes(algorithms) }) },
    }),
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

type Parameters = Map<string, string>;

/**
 * The parameters of the challenges of both schemes, the first of each name. The header is walked from its start, because what
 * looks like a challenge may stand inside the quoted string of another scheme.
 */
function challengeParameters(header: string): { readonly bearer?: Parameters; readonly dpop?: Parameters } {
  const separators = /[\s,]*/y;
  const parameter = /([!#$%&'*+.^_`|~0-9a-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))/iy;
  const name = /[!#$%&'*+.^_`|~0-9a-z-]+/iy;
  const challenges: { bearer?: Parameters; dpop?: Parameters } = {};
  let current: Parameters | undefined;
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
      // Some quote as in a shell, which is no quotation in a header.
      const value = found[2]?.replace(/\\(.)/g, "$1") ?? (found[3] ?? "").replace(/^'(.*)'$/, "$1");
      if (current && !current.has(key)) current.set(key, value);
      continue;
    }
    const scheme = readAt(name)?.[0].toLowerCase();
    if (scheme === undefined) at++;
    else if (scheme === "bearer" || scheme === "dpop") current = challenges[scheme] ??= new Map();
    else current = undefined;
  }
  return challenges;
}

/** The scopes of a space-delimited list (RFC 6749, 3.3). */
export const splitScopes = (scope: string | undefined): string[] => (scope ?? "").split(" ").filter((s) => s !== "");

/** Scopes of all lists, each once, in order of appearance. */
export const unionOfScopes = (...lists: readonly (readonly string[])[]): string[] => [...new Set(lists.flat())];

/** Scopes that say what comes with a sign-in and are no API's; providers may leave them out when they say what was granted. */
export const openIdScopes: ReadonlySet<string> = new Set(["openid", "profile", "email", "offline_access"]);
