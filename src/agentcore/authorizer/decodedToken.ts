import { isJsonObject } from "../../lib/json/jsonObject.ts";
import type { Claims } from "./claimRules.ts";

/** A token taken apart once for all rules. Its signature has not been verified. */
export interface DecodedToken {
  readonly text: string;
  /** Header, claims and signature, still encoded. */
  readonly parts: readonly [header: string, claims: string, signature: string];
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Claims;
}

/** Far longer than any real token, in characters. An HTTP server that takes tokens has to allow longer headers. */
export const LONGEST_TOKEN = 64 * 1024;

/** No rule reads deeper than this, and deeper objects could overflow the stack when the audit writes them. */
export const DEEPEST_TOKEN = 32;

/**
 * Three parts of base64url without padding, white space or line breaks (RFC 7515, 2 and 3.1). Decoders tolerate those
 * in different ways, so the pattern excludes them. A JWE has five parts, and the JSON serialization has none.
 */
const compact = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/;

/**
 * Takes a signed JWT apart. Returns undefined for anything else, and for a JWT that no key could make acceptable.
 *
 * Of a member name that appears twice, in the header or the claims, the last value counts. RFC 7519, 4 lets a parser do
 * so or refuse the token, and `JSON.parse`, which every reader here uses, does so. A token with `crit` is refused,
 * since we support none of the extensions it could name (RFC 7515, 4.1.11); the one that jose supports, `b64`, must not
 * be used with a JWT (RFC 7797, 7).
 */
export function decodedToken(text: string): DecodedToken | undefined {
  if (text.length > LONGEST_TOKEN || !compact.test(text)) return undefined;
  const parts = text.split(".") as [string, string, string];
  try {
    const header = decoded(parts[0]);
    const claims: Claims = decoded(parts[1]);
    if (Object.hasOwn(header, "crit") || header.b64 === false) return undefined;
    // Sessions belong to a subject, which has to be a string (RFC 7519, 4.1.2).
    if (claims.sub !== undefined && typeof claims.sub !== "string") return undefined;
    return isDeep(header, DEEPEST_TOKEN) || isDeep(claims, DEEPEST_TOKEN) ? undefined : { text, parts, header, claims };
  } catch {
    return undefined;
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });
const plain = /^[\x20-\x7e]*$/;

/**
 * The JSON object in a part.
 *
 * @throws Error when the part is not base64url, not UTF-8, not JSON, or another value
 */
function decoded(part: string): Readonly<Record<string, unknown>> {
  const letters = atob(part.replaceAll("-", "+").replaceAll("_", "/"));
  // Almost every token is plain ASCII, which needs no UTF-8 decoding.
  const json = plain.test(letters) ? letters : utf8.decode(Uint8Array.from(letters, (one) => one.charCodeAt(0)));
  const value: unknown = JSON.parse(json);
  if (!isJsonObject(value)) throw new TypeError();
  return value;
}

function isDeep(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  for (const one of Object.values(value)) if (isDeep(one, levels - 1)) return true;
  return false;
}
