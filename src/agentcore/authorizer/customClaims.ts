import { type Operator, type OperatorName, operators } from "./claimOperators.ts";

/** A rule on one claim of the token, one of what AWS calls `customClaims`, in the members of its API. */
export interface CustomClaim {
  readonly inboundTokenClaimName: string;
  readonly inboundTokenClaimValueType: Operator["valueType"];
  readonly authorizingClaimMatchValue: {
    readonly claimMatchOperator: OperatorName;
    readonly claimMatchValue: {
      readonly matchValueString?: string;
      readonly matchValueStringList?: readonly string[];
    };
  };
}

/** The rule that a claim matches one of these values; an operator that compares with one text takes the first. */
export function claimMatches(
  claim: string,
  operator: OperatorName,
  wanted: readonly [string, ...string[]],
): CustomClaim {
  const { valueType, member } = operators[operator];
  return {
    inboundTokenClaimName: claim,
    inboundTokenClaimValueType: valueType,
    authorizingClaimMatchValue: {
      claimMatchOperator: operator,
      claimMatchValue: { [member]: member === "matchValueString" ? wanted[0] : wanted },
    },
  };
}

/** The values that a rule names. */
export function wantedBy({ authorizingClaimMatchValue: { claimMatchOperator, claimMatchValue } }: CustomClaim) {
  const value = claimMatchValue[operators[claimMatchOperator].member];
  return typeof value === "string" ? [value] : (value ?? []);
}
