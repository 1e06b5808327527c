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

/** What is wrong with one part of a configuration. */
export interface AuthorizerFault {
  /** The place below `customJWTAuthorizer`, such as `customClaims[0]`; empty for the whole. */
  readonly path: string;
  readonly problem: string;
}

const lists = ["allowedAudience", "allowedClients", "allowedScopes", "customClaims"] as const;

/** What AWS would refuse to deploy, beyond the shape that a schema describes. Nothing when the configuration is good. */
export function configurationFaults(rules: CustomJwtAuthorizer): readonly AuthorizerFault[] {
  const { discoveryUrl } = rules;
  const isUrl = URL.canParse(discoveryUrl) && /^.+\/\.well-known\/openid-configuration$/.test(discoveryUrl);
  return [
    ...(isUrl ? [] : [{ path: "discoveryUrl", problem: `expected an address that ends in ${DISCOVERY_SUFFIX}` }]),
    ...lists
      .filter((list) => rules[list]?.length === 0)
      .map((list) => ({ path: list, problem: "has to have a value, or has to be left out" })),
    ...(lists.every((list) => rules[list] === undefined)
      ? [{ path: "", problem: `expected at least one of ${lists.join(", ")}, found none` }]
      : []),
    ...(rules.customClaims ?? []).flatMap((claim, at) =>
      claimProblems(claim).map((problem) => ({ path: `customClaims[${at}]`, problem })),
    ),
  ];
}

function claimProblems({ inboundTokenClaimValueType: type, authorizingClaimMatchValue }: CustomClaim): string[] {
  const { claimMatchOperator: operator, claimMatchValue: value } = authorizingClaimMatchValue;
  const { matchValueString: one, matchValueStringList: several } = value;
  const problems: string[] = [];
  if ((type === "STRING") !== (operator === "EQUALS")) {
    problems.push(
      `STRING goes with EQUALS, STRING_ARRAY with CONTAINS and CONTAINS_ANY; found ${type} with ${operator}`,
    );
  }
  if (one !== undefined && several !== undefined) {
    problems.push("expected one of matchValueString and matchValueStringList, found both");
  }
  const count = one === undefined ? (several?.length ?? 0) : 1;
  if (count === 0 || (operator !== "CONTAINS_ANY" && count > 1)) {
    problems.push(`${operator} needs ${operator === "CONTAINS_ANY" ? "values" : "one value"} to match, found ${count}`);
  }
  return problems;
}
