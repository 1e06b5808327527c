import type { Claims } from "./claims.ts";
import type { Finding } from "./finding.ts";

/**
 * Is the token none of those that were denied by their `jti` (RFC 7519, 4.1.7)? A token without one cannot be named,
 * and so cannot be denied.
 */
export function deniedToken(claims: Claims, denied: readonly string[]): Finding {
  const { jti } = claims;
  const ok = typeof jti !== "string" || !denied.includes(jti);
  return {
    rule: "deniedToken",
    claim: "jti",
    expected: "a token that is not denied",
    found: jti,
    ok,
    beyondAgentCore: true,
  };
}
