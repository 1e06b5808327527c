import type { Claims } from "./claims.ts";
import type { Finding } from "./finding.ts";

/**
 * Was the token issued to one of the allowed clients?
 *
 * Only `client_id` is looked at, as AgentCore does: a token of Okta (`cid`) or Entra (`azp`, `appid`) has no such
 * claim by itself and needs a custom claim rule.
 */
export function client(claims: Claims, allowed: readonly string[]): Finding {
  const found = claims.client_id;
  const ok = typeof found === "string" && allowed.includes(found);
  return { rule: "client", claim: "client_id", expected: allowed, found, ok };
}
