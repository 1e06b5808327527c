import type { Claims } from "./claims.ts";
import type { Finding } from "./finding.ts";

/** Does the token speak for someone? `sub` is optional in a JWT (RFC 7519, 4.1.2), and AgentCore does not ask for it. */
export function subject(claims: Claims): Finding {
  const ok = typeof claims.sub === "string" && claims.sub !== "";
  return { rule: "subject", claim: "sub", expected: "a subject", found: claims.sub, ok, beyondAgentCore: true };
}
