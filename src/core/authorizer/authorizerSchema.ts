import { ignored, list, object, type Schema, text } from "./schema.ts";

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

const customClaim = object(
  "One claim that a token has to have.",
  {
    inboundTokenClaimName: {
      type: "string",
      description: "The claim, such as cid (Okta), azp or appid (Entra), roles.",
      minLength: 1,
      maxLength: 255,
      // AWS has `.-:` in the class, which is a range: a hyphen is not in it.
      pattern: "^[A-Za-z0-9_.-:]+$",
      patternErrorMessage: "letters, digits, _ . / and :, since AWS takes no hyphen here",
    },
    inboundTokenClaimValueType: {
      type: "string",
      description: "STRING goes with EQUALS, STRING_ARRAY with CONTAINS and CONTAINS_ANY.",
      enum: ["STRING", "STRING_ARRAY"],
    },
    authorizingClaimMatchValue: object(
      "What the claim has to be.",
      {
        claimMatchOperator: {
          type: "string",
          description:
            "EQUALS: this text. CONTAINS: an array with this text. CONTAINS_ANY: an array with one of these.",
          enum: ["EQUALS", "CONTAINS", "CONTAINS_ANY"],
        },
        claimMatchValue: object("Either of the two.", {
          matchValueString: { ...matchValue, description: "For EQUALS and CONTAINS." },
          matchValueStringList: list("For CONTAINS_ANY.", matchValue),
        }),
      },
      ["claimMatchOperator", "claimMatchValue"],
    ),
  },
  ["inboundTokenClaimName", "inboundTokenClaimValueType", "authorizingClaimMatchValue"],
);

/** `customJWTAuthorizer` with the limits and patterns of AWS's own API. */
export const authorizerSchema: Schema = object(
  "What a token has to have. Each list that is there has to be met, by one of its values.",
  {
    discoveryUrl: {
      type: "string",
      description: "The OpenID Connect discovery document of the identity provider.",
      pattern: "^https?://.+/\\.well-known/openid-configuration$",
      patternErrorMessage: "an address that ends in /.well-known/openid-configuration",
    },
    allowedAudience: list("Values of aud.", text("An audience.")),
    allowedClients: list("Values of client_id, and of no other claim.", text("A client id.")),
    allowedScopes: list("Values in scope or scp.", scope),
    advertisedScopeMapping: {
      type: "object",
      description: "How a scope is asked for, where that differs from what the token says (Entra ID).",
      minProperties: 1,
      maxProperties: 50,
      additionalProperties: { type: "string", minLength: 1 },
    },
    customClaims: list("Other claims.", customClaim),
    privateEndpoint: ignored("AWS's own network; without effect here."),
    privateEndpointOverrides: ignored("AWS's own network; without effect here."),
    allowedWorkloadConfiguration: ignored("AWS's workload identities; without effect here."),
  },
  ["discoveryUrl"],
);
