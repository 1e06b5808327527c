import type { CustomJwtAuthorizer } from "../agentcore/authorizer/authorizerConfiguration.ts";
import { type Claims, customClaim, scopesOf, strings } from "../agentcore/authorizer/claimRules.ts";
import { claimMatches } from "../agentcore/authorizer/customClaims.ts";
import type { Finding } from "../agentcore/authorizer/finding.ts";
import { isPersonal } from "../agentcore/authorizer/personalClaims.ts";
import { readAuthorizer } from "../agentcore/authorizer/readAuthorizer.ts";
import { isSameAddress, withoutSlash } from "../lib/sameAddress.ts";
import { isOfPolicy } from "../oauth/identityProviders/b2cPolicies.ts";
import { issuerInTokens } from "../oauth/identityProviders/otherName.ts";
import { clientClaims } from "./remedies/clientClaims.ts";

/** A change of a gateway's rules. */
export interface RuleChange {
  readonly set: Partial<CustomJwtAuthorizer>;
  readonly leaveOut?: "allowedAudience" | "allowedClients" | "allowedScopes" | "customClaims";
}

/** What is known of the gateway that a token is for. */
export interface KnownRules {
  /** The gateway's rules as they are, whose other values stay. */
  readonly rules?: CustomJwtAuthorizer | undefined;
  /** The issuer that the person signed in at. */
  readonly issuer?: string | undefined;
}

export interface RuleContext extends KnownRules {
  /** The claim that names the client at this provider. */
  readonly clientClaim: string;
}

/**
 * The change by which a gateway would take a token as it is, for one finding.
 *
 * Undefined where the token's claims do not allow to say it: a rule may not hang on what a person is called, an issuer is
 * trusted only where the person signed in, and AWS takes no value with other letters than its own.
 */
export function ruleForToken(finding: Finding, claims: Claims, context: RuleContext): RuleChange | undefined {
  const change = wanted(finding, claims, context);
  if (!change) return undefined;
  return readAuthorizer({ ...(context.rules ?? anyRules), ...change.set }).kind === "rules" ? change : undefined;
}

/** Stands for rules that are not known, when a change is held to what AWS takes. */
const anyRules: CustomJwtAuthorizer = {
  discoveryUrl: "https://issuer.example/.well-known/openid-configuration",
  allowedClients: ["any"],
};

/** The change as it is pasted: members of `customJWTAuthorizer`. */
export function ruleText({ set }: RuleChange): string {
  const lines = JSON.stringify(set, null, 2).split("\n").slice(1, -1);
  return lines.map((line) => line.slice(2)).join("\n");
}

function wanted(finding: Finding, claims: Claims, { clientClaim, rules, issuer }: RuleContext): RuleChange | undefined {
  const byClient = () => clientRule(claims, clientClaim, rules);
  switch (finding.rule) {
    case "audience": {
      const found = strings(claims.aud);
      if (found.length > 0) return { set: { allowedAudience: union(rules?.allowedAudience, found) } };
      return leavingOut("allowedAudience", byClient());
    }
    case "client":
      return typeof claims.client_id === "string" ? byClient() : leavingOut("allowedClients", byClient());
    case "scope": {
      const found = scopesOf(claims).filter((scope) => !ofOpenId.has(scope));
      if (found.length > 0) return { set: { allowedScopes: union(rules?.allowedScopes, found) } };
      return leavingOut("allowedScopes", claimRule(claims, "roles", rules));
    }
    case "customClaim":
      return claimRule(claims, finding.claim, rules) ?? insteadOf(finding.claim, claims, { clientClaim, rules });
    case "issuer": {
      const { iss } = claims;
      if (typeof iss !== "string" || !issuer || !isSameAddress(iss, issuerInTokens(issuer, claims))) return undefined;
      // A policy's tokens name its tenant, which has no metadata.
      const place = isOfPolicy(issuer, iss) ? issuer : iss;
      return { set: { discoveryUrl: `${withoutSlash(place)}/.well-known/openid-configuration` } };
    }
    default:
      return undefined;
  }
}

/** Scopes that every client may have, on which no access should hang. */
const ofOpenId: ReadonlySet<string> = new Set(["openid", "profile", "email", "phone", "address", "offline_access"]);

function clientRule(
  claims: Claims,
  clientClaim: string,
  rules: CustomJwtAuthorizer | undefined,
): RuleChange | undefined {
  if (typeof claims.client_id === "string") {
    return { set: { allowedClients: union(rules?.allowedClients, [claims.client_id]) } };
  }
  const claim = [clientClaim, ...clientClaims].find((name) => typeof claims[name] === "string");
  return claim === undefined ? undefined : claimRule(claims, claim, rules);
}

/** A rule on another claim that names the client, where a rule asks for one that the token does not have. */
function insteadOf(claim: string, claims: Claims, { clientClaim, rules }: RuleContext): RuleChange | undefined {
  if (!clientClaims.includes(claim)) return undefined;
  const others = (rules?.customClaims ?? []).filter((one) => one.inboundTokenClaimName !== claim);
  const change = clientRule(claims, clientClaim, rules && { ...rules, customClaims: others });
  if (!change || change.set.customClaims) return change;
  return others.length > 0 ? { set: { ...change.set, customClaims: others } } : leavingOut("customClaims", change);
}

/** A rule that a claim has the value it has, in the place of those on the same claim that it does not meet. */
function claimRule(claims: Claims, claim: string, rules: CustomJwtAuthorizer | undefined): RuleChange | undefined {
  const found = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
  if (isPersonal(claim)) return undefined;
  const [first, ...more] = strings(found);
  if (first === undefined) return undefined;
  const rule = claimMatches(claim, typeof found === "string" ? "EQUALS" : "CONTAINS_ANY", [first, ...more]);
  const others = (rules?.customClaims ?? []).filter(
    (one) => one.inboundTokenClaimName !== claim || customClaim(claims, one).ok,
  );
  return { set: { customClaims: [...others, rule] } };
}

function leavingOut(list: NonNullable<RuleChange["leaveOut"]>, change: RuleChange | undefined): RuleChange | undefined {
  return change && { ...change, leaveOut: list };
}

const union = (some: readonly string[] = [], more: readonly string[]): readonly string[] => [
  ...new Set([...some, ...more]),
];
