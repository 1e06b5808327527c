import { checkSchema } from "../../lib/json/checkSchema.ts";
import { readJson } from "../../lib/json/jsonDocument.ts";
import { validParts } from "../../lib/json/validParts.ts";
import { authorizerFaults, authorizerSchema } from "./authorizerSchema.ts";

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

/** What AWS would refuse to deploy. Nothing when the configuration is good. */
export function configurationFaults(rules: CustomJwtAuthorizer): readonly AuthorizerFault[] {
  const document = readJson(JSON.stringify(rules), "customJWTAuthorizer");
  if (document.kind === "faulty") return document.faults;
  const { root } = document;
  const shape = checkSchema(root, authorizerSchema);
  return [...shape, ...authorizerFaults(validParts(root, shape), "")].map(({ path, problem }) => ({ path, problem }));
}
