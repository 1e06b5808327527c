import type { Claims } from "./claims.ts";
import type { Finding } from "./finding.ts";

export interface Clock {
  readonly nowSeconds: number;
  /** How far the issuer's clock may be off. */
  readonly skewSeconds: number;
}

/**
 * Is the token still good? One without an end is not (RFC 7519, 4.1.4), nor one whose end is a number that JSON can
 * write and nobody can reach, such as 1e999.
 */
export function expiry(claims: Claims, { nowSeconds, skewSeconds }: Clock): Finding {
  const ok = isDate(claims.exp) && nowSeconds < claims.exp + skewSeconds;
  return { rule: "expiry", claim: "exp", expected: `after ${Math.floor(nowSeconds)}`, found: claims.exp, ok };
}

/** Is the token good already (RFC 7519, 4.1.5)? */
export function notBefore(claims: Claims, { nowSeconds, skewSeconds }: Clock): Finding {
  const ok = claims.nbf === undefined || (isDate(claims.nbf) && claims.nbf <= nowSeconds + skewSeconds);
  return { rule: "notBefore", claim: "nbf", expected: `not after ${Math.floor(nowSeconds)}`, found: claims.nbf, ok };
}

/** A NumericDate may have a fraction (RFC 7519, 2). */
const isDate = (value: unknown): value is number => Number.isFinite(value);
