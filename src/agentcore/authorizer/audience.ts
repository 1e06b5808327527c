import { type Claims, strings } from "./claims.ts";
import type { Finding } from "./finding.ts";

/** Is the token for one of the allowed audiences? */
export function audience(claims: Claims, allowed: readonly string[]): Finding {
  const ok = strings(claims.aud).some((one) => allowed.includes(one));
  return { rule: "audience", claim: "aud", expected: allowed, found: claims.aud, ok };
}
