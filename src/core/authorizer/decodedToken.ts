import { decodeJwt, decodeProtectedHeader } from "jose";
import type { Claims } from "./claims.ts";

/** A token taken apart, once for all rules. Nothing of it is believed yet. */
export interface DecodedToken {
  readonly text: string;
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Claims;
}

/** Node takes headers of 16 KiB by itself; no token gets near to this. */
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
  try {
    const header: Readonly<Record<string, unknown>> = { ...decodeProtectedHeader(text) };
    const claims: Claims = decodeJwt(text);
    if (Object.hasOwn(header, "crit") || header.b64 === false) return undefined;
    // Whose it is cannot be known then, and sessions belong to a subject (RFC 7519, 4.1.2).
    if (claims.sub !== undefined && typeof claims.sub !== "string") return undefined;
    return isDeep(header, DEEPEST_TOKEN) || isDeep(claims, DEEPEST_TOKEN) ? undefined : { text, header, claims };
  } catch {
    return undefined;
  }
}

function isDeep(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((one) => isDeep(one, levels - 1));
}
