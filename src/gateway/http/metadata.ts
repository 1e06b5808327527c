import { type CustomJwtAuthorizer, issuerOf } from "../../agentcore/authorizer/authorizerConfiguration.ts";

const WELL_KNOWN = "/.well-known/oauth-protected-resource";

/**
 * Where the metadata is: at the root, as AgentCore has it, and at the place that RFC 9728, 3.1 derives from the
 * resource's path, where other clients look first.
 */
export const metadataPaths = (mcpPath: string): readonly [string, string] => [
  WELL_KNOWN,
  `${WELL_KNOWN}${mcpPath === "/" ? "" : mcpPath}`,
];

/** RFC 9728 metadata with the three members that AgentCore gives it. */
export function metadata(
  resource: string,
  rules: CustomJwtAuthorizer,
  authorizationServer: string | undefined,
): Readonly<Record<string, unknown>> {
  const scopes = advertisedScopes(rules.allowedScopes ?? [], rules);
  return {
    authorization_servers: [authorizationServer ?? issuerOf(rules)],
    resource,
    ...(scopes.length > 0 && { scopes_supported: scopes }),
  };
}

/** Scopes as a client has to ask for them. */
export function advertisedScopes(scopes: readonly string[], rules: CustomJwtAuthorizer): readonly string[] {
  const mapping = rules.advertisedScopeMapping ?? {};
  return scopes.map((scope) => (Object.hasOwn(mapping, scope) ? (mapping[scope] ?? scope) : scope));
}
