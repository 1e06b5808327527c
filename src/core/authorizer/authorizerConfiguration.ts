/** One rule on a claim of the token, in AWS's own words. */
export interface CustomClaim {
  readonly inboundTokenClaimName: string;
  readonly inboundTokenClaimValueType: "STRING" | "STRING_ARRAY";
  readonly authorizingClaimMatchValue: {
    readonly claimMatchOperator: "EQUALS" | "CONTAINS" | "CONTAINS_ANY";
    readonly claimMatchValue: {
      readonly matchValueString?: string;
      readonly matchValueStringList?: readonly string[];
    };
  };
}

/** What a token has to have. All lists that are there have to be met, each by one of its values. */
export interface CustomJwtAuthorizer {
  readonly discoveryUrl: string;
  readonly allowedAudience?: readonly string[];
  readonly allowedClients?: readonly string[];
  readonly allowedScopes?: readonly string[];
  /** How a scope is called when it is asked for, where that differs from what the token says (Entra). */
  readonly advertisedScopeMapping?: Readonly<Record<string, string>>;
  readonly customClaims?: readonly CustomClaim[];
}

/**
 * `authorizerConfiguration` of a CUSTOM_JWT gateway, in the JSON that AWS's own commands take and print, so that a
 * configuration can be tried here before it is deployed.
 */
export interface AuthorizerConfiguration {
  readonly customJWTAuthorizer: CustomJwtAuthorizer;
}

const DISCOVERY_SUFFIX = "/.well-known/openid-configuration";

/** The issuer as the discovery URL names it; the document itself has the last word when tokens are checked. */
export function issuerOf({ discoveryUrl }: CustomJwtAuthorizer): string {
  return discoveryUrl.slice(0, -DISCOVERY_SUFFIX.length);
}

/** What AWS would refuse to deploy, in words. Nothing when the configuration is good. */
export function configurationProblems({ customJWTAuthorizer: rules }: AuthorizerConfiguration): string[] {
  const problems: string[] = [];
  if (!URL.canParse(rules.discoveryUrl) || !/^.+\/\.well-known\/openid-configuration$/.test(rules.discoveryUrl)) {
    problems.push(`discoveryUrl has to end in ${DISCOVERY_SUFFIX}`);
  }
  const lists = ["allowedAudience", "allowedClients", "allowedScopes", "customClaims"] as const;
  for (const list of lists) {
    if (rules[list]?.length === 0) problems.push(`${list} has to have a value, or has to be left out`);
  }
  if (lists.every((list) => rules[list] === undefined)) {
    problems.push(`one of ${lists.join(", ")} has to be there`);
  }
  for (const claim of rules.customClaims ?? []) problems.push(...claimProblems(claim));
  return problems;
}

function claimProblems(claim: CustomClaim): string[] {
  const { claimMatchOperator: operator, claimMatchValue: value } = claim.authorizingClaimMatchValue;
  const name = `customClaims ${claim.inboundTokenClaimName}`;
  const problems: string[] = [];
  if ((claim.inboundTokenClaimValueType === "STRING") !== (operator === "EQUALS")) {
    problems.push(`${name}: STRING goes with EQUALS, STRING_ARRAY with CONTAINS and CONTAINS_ANY`);
  }
  const count = value.matchValueString === undefined ? (value.matchValueStringList?.length ?? 0) : 1;
  if (count === 0 || (operator !== "CONTAINS_ANY" && count > 1)) {
    problems.push(`${name}: ${operator} needs ${operator === "CONTAINS_ANY" ? "values" : "one value"} to match`);
  }
  return problems;
}
