import { type CustomJwtAuthorizer, issuerOf } from "../../agentcore/authorizer/authorizerConfiguration.ts";
import type { ProofRules } from "../../agentcore/authorizer/beyondAgentCore.ts";
import { asymmetricAlgorithms } from "../../lib/asymmetricAlgorithms.ts";

const WELL_KNOWN = "/.well-known/oauth-protected-resource";

/**
 * The paths of the metadata: the root, as at AgentCore, and the path that RFC 9728, 3.1 derives from the resource,
 * where other clients look first.
 */
export const metadataPaths = (mcpPath: string): readonly [string, string] => [
  WELL_KNOWN,
  `${WELL_KNOWN}${mcpPath === "/" ? "" : mcpPath}`,
];

/** RFC 9728 metadata with the three members that AgentCore publishes, and what it says of bound tokens where they are taken. */
export function metadata(
  resource: string,
  rules: CustomJwtAuthorizer,
  authorizationServer: string | undefined,
  proofs?: ProofRules,
): Readonly<Record<string, unknown>> {
  const scopes = advertisedScopes(rules.allowedScopes ?? [], rules);
  return {
    authorization_servers: [authorizationServer ?? issuerOf(rules)],
    resource,
    ...(scopes.length > 0 && { scopes_supported: scopes }),
    ...(proofs && { dpop_signing_alg_values_supported: asymmetricAlgorithms }),
    ...(proofs?.required && { dpop_bound_access_tokens_required: true }),
  };
}

/** Scopes under the names by which clients have to request them. */
export function advertisedScopes(scopes: readonly string[], rules: CustomJwtAuthorizer): readonly string[] {
  const mapping = rules.advertisedScopeMapping ?? {};
  return scopes.map((scope) => (Object.hasOwn(mapping, scope) ? (mapping[scope] ?? scope) : scope));
}
