import type { Claims } from "./claimRules.ts";

/** A token taken apart, once for all rules. Nothing of it is believed yet. */
export interface DecodedToken {
  readonly text: string;
  /** Its parts as they are written: header, claims and signature. */
  readonly parts: readonly [header: string, claims: string, signature: string];
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Claims;
}

/** No token gets near to this. Whoever takes tokens over HTTP has to take headers that are longer. */
export const LONGEST_TOKEN = 64 * 1024;

/** Objects in objects beyond this say nothing to any rule, and would be too deep to write into an audit. */
export const DEEPEST_TOKEN = 32;

/**
 * Three parts in the letters of base64url, without padding, white space or line breaks (RFC 7515, 2 and 3.1): decoders
 * forgive those, each in its own way. A JWE has five parts, and JSON serialisation none.
 */
const compact = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/;

/**
 * Takes a signed JWT apart. Undefined when it is none, or one that has to be refused before anyone looks at its keys.
 *
 * A member name that stands twice counts with its last value, in the header and in the claims: RFC 7519, 4 lets a
 * parser refuse such a token or do this, and every reader here uses `JSON.parse`, which does. Any `crit` is refused,
 * since none of the extensions it could name is understood here (RFC 7515, 4.1.11); the one that jose knows, `b64`,
 * must not be used with a JWT (RFC 7797, 7).
 */
export function decodedToken(text: string): DecodedToken | undefined {
  if (text.length > LONGEST_TOKEN || !compact.test(text)) return undefined;
  const parts = text.split(".") as [string, string, string];
  try {
    const header = decoded(parts[0]);
    const claims: Claims | undefined = decoded(parts[1]);
    if (header === undefined || claims === undefined) return undefined;
    if (Object.hasOwn(header, "crit") || header.b64 === false) return undefined;
    // Whose it is cannot be known then, and sessions belong to a subject (RFC 7519, 4.1.2).
    if (claims.sub !== undefined && typeof claims.sub !== "string") return undefined;
    return isDeep(header, DEEPEST_TOKEN) || isDeep(claims, DEEPEST_TOKEN) ? undefined : { text, parts, header, claims };
  } catch {
    return undefined;
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });
const plain = /^[\x20-\x7e]*$/;

/**
 * The JSON object in a part, or nothing where it is another value.
 *
 * @throws Error for what is no base64url, no UTF-8 or no JSON
 */
function decoded(part: string): Readonly<Record<string, unknown>> | undefined {
  const letters = atob(part.replaceAll("-", "+").replaceAll("_", "/"));
  // Almost every token is plain ASCII, which is UTF-8 as it is.
  const json = plain.test(letters) ? letters : utf8.decode(Uint8Array.from(letters, (one) => one.charCodeAt(0)));
  const value: unknown = JSON.parse(json);
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as Readonly<Record<string, unknown>>) : undefined;
}

function isDeep(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  for (const one of Object.values(value)) if (isDeep(one, levels - 1)) return true;
  return false;
}
