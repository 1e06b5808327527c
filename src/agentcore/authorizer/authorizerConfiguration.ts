import { checkSchema } from "../../lib/json/checkSchema.ts";
import { readJson } from "../../lib/json/jsonDocument.ts";
import { validParts } from "../../lib/json/validParts.ts";
import { authorizerFaults, authorizerSchema } from "./authorizerSchema.ts";
import type { CustomClaim } from "./customClaims.ts";
import { DISCOVERY_SUFFIX } from "./discoveryUrl.ts";

/** What a token must have. It must match every list that is present, with at least one value of each. */
export interface CustomJwtAuthorizer {
  readonly discoveryUrl: string;
  readonly allowedAudience?: readonly string[];
  readonly allowedClients?: readonly string[];
  readonly allowedScopes?: readonly string[];
  /** The name under which a client requests a scope, where it differs from the name in the token (Entra ID). */
  readonly advertisedScopeMapping?: Readonly<Record<string, string>>;
  readonly customClaims?: readonly CustomClaim[];
}

/**
 * `authorizerConfiguration` of a CUSTOM_JWT gateway, in the JSON that AWS's commands take and print, so that people can
 * try a configuration here before they deploy it.
 */
export interface AuthorizerConfiguration {
  readonly customJWTAuthorizer: CustomJwtAuthorizer;
}

/** The issuer that the discovery URL implies. Tokens are checked against the `issuer` in the document itself. */
export function issuerOf({ discoveryUrl }: CustomJwtAuthorizer): string {
  return discoveryUrl.slice(0, -DISCOVERY_SUFFIX.length);
}

/** A fault in one part of a configuration. */
export interface AuthorizerFault {
  /** The path below `customJWTAuthorizer`, such as `customClaims[0]`; empty for the whole. */
  readonly path: string;
  readonly problem: string;
}

/** The faults for which AWS would refuse to deploy a configuration; none when it is valid. */
export function configurationFaults(rules: CustomJwtAuthorizer): readonly AuthorizerFault[] {
  const document = readJson(JSON.stringify(rules), "customJWTAuthorizer");
  if (document.kind === "faulty") return document.faults;
  const { root } = document;
  const shape = checkSchema(root, authorizerSchema);
  return [...shape, ...authorizerFaults(validParts(root, shape), "")].map(({ path, problem }) => ({ path, problem }));
}
