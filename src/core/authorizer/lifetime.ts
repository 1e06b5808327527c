import type { Claims } from "./claims.ts";
import type { Finding } from "./finding.ts";

export interface Clock {
  readonly nowSeconds: number;
  /** How far the issuer's clock may be off. */
  readonly skewSeconds: number;
}

/** Is the token still good? One without an end is not (RFC 7519, 4.1.4). */
export function expiry(claims: Claims, { nowSeconds, skewSeconds }: Clock): Finding {
  const ok = typeof claims.exp === "number" && nowSeconds < claims.exp + skewSeconds;
  return { rule: "expiry", claim: "exp", expected: `after ${nowSeconds}`, found: claims.exp, ok };
}

/** Is the token good already (RFC 7519, 4.1.5)? */
export function notBefore(claims: Claims, { nowSeconds, skewSeconds }: Clock): Finding {
  const ok = claims.nbf === undefined || (typeof claims.nbf === "number" && claims.nbf <= nowSeconds + skewSeconds);
  return { rule: "notBefore", claim: "nbf", expected: `not after ${nowSeconds}`, found: claims.nbf, ok };
}
