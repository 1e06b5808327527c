import { type Claims, strings } from "./claims.ts";
import type { Finding } from "./finding.ts";

/** The scopes of a token: `scope` (RFC 9068, 2.2.3) and `scp`, each a space-delimited string or an array. */
export function scopesOf(claims: Claims): readonly string[] {
  const both = [...strings(claims.scope), ...strings(claims.scp)].join(" ");
  return [...new Set(both.split(" "))].filter((one) => one !== "");
}

/** Has the token one of the allowed scopes? */
export function anyScope(claims: Claims, allowed: readonly string[]): Finding {
  const found = scopesOf(claims);
  return { rule: "scope", claim: "scope", expected: allowed, found, ok: found.some((one) => allowed.includes(one)) };
}

/** Are all the scopes that a tool needs among the token's? AgentCore knows no scopes of a tool. */
export function everyScope(found: readonly string[], needed: readonly string[]): Finding {
  const ok = needed.every((one) => found.includes(one));
  return { rule: "scope", claim: "scope", expected: needed, found, ok, beyondAgentCore: true };
}
