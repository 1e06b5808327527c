/** What a 401 or 403 says in `WWW-Authenticate` for the Bearer scheme (RFC 6750, 3; RFC 9728, 5.1). */
export interface Challenge {
  readonly error?: string;
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
  const start = /(?:^|,)\s*bearer(?:\s+|$|,)/i.exec(header);
  if (!start) return undefined;
  const parameters = new Map<string, string>();
  const pattern = /\s*([!#$%&'*+.^_`|~0-9a-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))\s*(,|$)?/iy;
  pattern.lastIndex = start.index + start[0].length;
  for (let match = pattern.exec(header); match; match = pattern.exec(header)) {
    const name = (match[1] ?? "").toLowerCase();
    const value = match[2] !== undefined ? match[2].replace(/\\(.)/g, "$1") : (match[3] ?? "");
    if (!parameters.has(name)) parameters.set(name, value);
  }
  const error = parameters.get("error");
  const resourceMetadata = parameters.get("resource_metadata");
  return {
    ...(error !== undefined && { error }),
    scopes: splitScopes(parameters.get("scope")),
    ...(resourceMetadata !== undefined && { resourceMetadata }),
  };
}

/** The scopes of a space-delimited list (RFC 6749, 3.3). */
export const splitScopes = (scope: string | undefined): string[] => (scope ?? "").split(" ").filter((s) => s !== "");

/** Scopes of all lists, each once, in order of appearance. */
export const unionOfScopes = (...lists: readonly (readonly string[])[]): string[] => [...new Set(lists.flat())];
