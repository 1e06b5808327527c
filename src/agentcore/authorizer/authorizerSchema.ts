import { memberPath, type SchemaFault } from "../../lib/json/checkSchema.ts";
import { ignored, list, noneOf, object, type Schema, someOf, text, when } from "../../lib/json/schema.ts";
import type { ValidParts } from "../../lib/json/validParts.ts";
import { discoveryAddress } from "./addressPatterns.ts";
import {
  matchMembers,
  type OperatorName,
  operatorNames,
  operators,
  operatorsWith,
  valueTypes,
} from "./claimOperators.ts";

/** One scope (RFC 6749, 3.3). */
export const scope: Schema = {
  type: "string",
  minLength: 1,
  maxLength: 255,
  pattern: "^[\\x21\\x23-\\x5B\\x5D-\\x7E]+$",
  patternErrorMessage: "a scope without spaces, quotation marks or backslashes (RFC 6749, 3.3)",
};

const matchValue: Schema = {
  type: "string",
  minLength: 1,
  maxLength: 255,
  pattern: "^[A-Za-z0-9_.-]+$",
  patternErrorMessage: "letters, digits, _ . and -, since AWS takes no : / @ or space here",
};

/** Requires the match value that fits an operator, and forbids the others. */
function matchedBy(operator: OperatorName): Schema {
  const needed = operators[operator].member;
  const others = matchMembers.filter((member) => member !== needed);
  return when("claimMatchOperator", operator, {
    properties: {
      claimMatchValue: {
        allOf: [
          noneOf(others, `does not go with ${operator}, which needs ${needed}`),
          someOf([needed, ...others], `${operator} needs ${needed}, found no value`),
        ],
      },
    },
  });
}

const forOperators = (member: (typeof matchMembers)[number]): string =>
  `For ${operatorsWith("member", member).join(" and ")}.`;

const forType = (type: (typeof valueTypes)[number]): string =>
  `${type} goes with ${operatorsWith("valueType", type).join(" and ")}`;

const customClaim: Schema = {
  ...object(
    "One claim that a token has to have.",
    {
      inboundTokenClaimName: {
        type: "string",
        description: "The claim, such as cid (Okta), azp or appid (Entra), roles.",
        minLength: 1,
        maxLength: 255,
        // In AWS's pattern `.-:` is a range, which does not include the hyphen.
        pattern: "^[A-Za-z0-9_.-:]+$",
        patternErrorMessage: "letters, digits, _ . / and :, since AWS takes no hyphen here",
      },
      inboundTokenClaimValueType: {
        type: "string",
        description: `${valueTypes.map(forType).join(", ")}.`,
        enum: valueTypes,
      },
      authorizingClaimMatchValue: {
        ...object(
          "What the claim has to be.",
          {
            claimMatchOperator: {
              type: "string",
              description: operatorNames.map((name) => `${name}: ${operators[name].words}.`).join(" "),
              enum: operatorNames,
            },
            claimMatchValue: object("One of the two.", {
              matchValueString: { ...matchValue, description: forOperators("matchValueString") },
              matchValueStringList: list(forOperators("matchValueStringList"), matchValue),
            }),
          },
          ["claimMatchOperator", "claimMatchValue"],
        ),
        allOf: operatorNames.map(matchedBy),
      },
    },
    ["inboundTokenClaimName", "inboundTokenClaimValueType", "authorizingClaimMatchValue"],
  ),
  allOf: valueTypes.map(comparable),
};

/** Allows the operators for claims of a type, and no others. */
function comparable(type: (typeof valueTypes)[number]): Schema {
  const allowed = operatorsWith("valueType", type);
  const errorMessage = `${allowed.join(" and ")} ${allowed.length === 1 ? "goes" : "go"} with ${type}`;
  const claimMatchOperator = { enum: allowed, errorMessage };
  return when("inboundTokenClaimValueType", type, {
    properties: { authorizingClaimMatchValue: { properties: { claimMatchOperator } } },
  });
}

const lists = ["allowedAudience", "allowedClients", "allowedScopes", "customClaims"] as const;

/** `customJWTAuthorizer`, with the limits and patterns of AWS's API. */
export const authorizerSchema: Schema = {
  ...object(
    "What a token has to have. Each list that is there has to be met, by one of its values.",
    {
      discoveryUrl: discoveryAddress("The OpenID Connect discovery document of the identity provider."),
      allowedAudience: list("Values of aud.", text("An audience.")),
      allowedClients: list("Values of client_id, and of no other claim.", text("A client id.")),
      allowedScopes: list("Values in scope or scp.", scope),
      advertisedScopeMapping: {
        type: "object",
        description:
          "How a scope of allowedScopes is asked for, where that differs from what the token says (Entra ID).",
        minProperties: 1,
        maxProperties: 50,
        propertyNames: scope,
        additionalProperties: scope,
      },
      customClaims: list("Other claims.", customClaim),
      privateEndpoint: ignored("AWS's own network; without effect here."),
      privateEndpointOverrides: ignored("AWS's own network; without effect here."),
      allowedWorkloadConfiguration: ignored("AWS's workload identities; without effect here."),
    },
    ["discoveryUrl"],
  ),
  allOf: [someOf(lists, `expected at least one of ${lists.join(", ")}, found none`)],
};

/** The faults in the rules at `path` that `authorizerSchema` cannot express. */
export function authorizerFaults(parts: ValidParts, path: string): readonly SchemaFault[] {
  const at = memberPath(path, "discoveryUrl");
  const discoveryUrl = parts.text(at);
  return discoveryUrl === undefined || URL.canParse(discoveryUrl) ? [] : [parts.fault(at, "is not a valid address")];
}
