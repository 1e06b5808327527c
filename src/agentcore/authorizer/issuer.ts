import type { Claims } from "./claims.ts";
import type { Finding } from "./finding.ts";

/** Is the token from the issuer that the discovery document names? Compared letter by letter (OIDC Core, 3.1.3.7). */
export function issuer(claims: Claims, expected: string): Finding {
  return { rule: "issuer", claim: "iss", expected, found: claims.iss, ok: claims.iss === expected };
}
