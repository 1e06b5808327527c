import type { CustomClaim } from "./authorizerConfiguration.ts";
import type { Claims } from "./claims.ts";
import type { Finding } from "./finding.ts";

/**
 * Does a claim have the value that a rule asks for?
 *
 * EQUALS compares a string. CONTAINS and CONTAINS_ANY look into an array of strings, and a string is none: a claim of
 * another type than the configuration says does not match.
 */
export function customClaim(claims: Claims, { inboundTokenClaimName: claim, ...rule }: CustomClaim): Finding {
  const { claimMatchOperator: operator, claimMatchValue: value } = rule.authorizingClaimMatchValue;
  const wanted = value.matchValueString === undefined ? (value.matchValueStringList ?? []) : [value.matchValueString];
  // AWS lets a claim be called `constructor`, which every object has without having it.
  const found = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
  return { rule: "customClaim", claim, expected: { [operator]: wanted }, found, ok: matches() };

  function matches(): boolean {
    switch (operator) {
      case "EQUALS":
        return typeof found === "string" && found === wanted[0];
      case "CONTAINS":
      case "CONTAINS_ANY":
        return Array.isArray(found) && wanted.some((one) => found.includes(one));
    }
  }
}
