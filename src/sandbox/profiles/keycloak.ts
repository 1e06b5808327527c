import { equals, guid, onlyScopes } from "./identifiers.ts";
import type { SandboxProfile } from "./sandboxProfile.ts";

const realm = "/realms/demo";
const endpoints = `${realm}/protocol/openid-connect`;
const app = "gateway-connect";
const api = ["gateway.read", "gateway.write"] as const;
const identity = ["openid", "profile", "email", "offline_access"] as const;

/**
 * Keycloak, a realm without an audience mapper: its access tokens name no audience.
 *
 * "Securing applications: OpenID Connect" (endpoints, revocation of both kinds); "Integrating with Model Context
 * Protocol (MCP)" (`resource` is ignored, `aud` needs a mapper); "Server administration: sessions" (a refresh token
 * for every sign-in, which a renewal does not spend unless "Revoke refresh token" is on).
 */
export const keycloak: SandboxProfile = {
  issuerPath: realm,
  routes: {
    authorization: `${endpoints}/auth`,
    token: `${endpoints}/token`,
    revocation: `${endpoints}/revoke`,
    registration: `${realm}/clients-registrations/openid-connect`,
    jwks: `${endpoints}/certs`,
    end_session: `${endpoints}/logout`,
    device_authorization: `${endpoints}/auth/device`,
    code_verification: `${realm}/device`,
  },
  metadata: {
    paths: [
      `/.well-known/oauth-authorization-server${realm}`,
      `${realm}/.well-known/oauth-authorization-server`,
      `${realm}/.well-known/openid-configuration`,
    ],
    without: [],
    with: () => ({
      code_challenge_methods_supported: ["plain", "S256"],
      subject_types_supported: ["public", "pairwise"],
    }),
  },
  clients: { app, machine: "gateway-connect-service", keyMachine: "gateway-connect-signed-service" },
  bindsTokens: true,
  redirect: "exact",
  redirectRefusal: "Invalid parameter: redirect_uri",
  namesIssuer: true,
  scopes: {
    identity,
    api,
    listed: true,
    refuse: onlyScopes([...identity, ...api], (unknown) => ({
      error: "invalid_scope",
      description: `Invalid scopes: ${unknown.join(" ")}`,
    })),
  },
  resource: "ignored",
  refreshTokens: { given: "always", renewal: "renewed" },
  revocation: { accessTokens: "revoked", cascades: true },
  accessToken: ({ person, clientId, scopes }) => ({
    sub: guid(`keycloak ${person?.sub ?? clientId}`),
    typ: "Bearer",
    azp: clientId,
    scope: scopes.join(" "),
    preferred_username: person?.sub ?? `service-account-${clientId}`,
    ...(person ? { name: person.name, email: person.email } : { client_id: clientId }),
  }),
  subject: ({ sub }) => guid(`keycloak ${sub}`),
  idToken: {
    claims: {
      openid: ["sub", "azp", "typ"],
      profile: ["name", "preferred_username"],
      email: ["email", "email_verified"],
    },
    of: ({ sub, name, email }, clientId) => ({
      azp: clientId,
      typ: "ID",
      name,
      preferred_username: sub,
      email,
      email_verified: true,
    }),
  },
  tokenErrors: {
    invalid_grant: { error: "invalid_grant", description: "Token is not active" },
    invalid_client: { error: "unauthorized_client", description: "Invalid client or Invalid client credentials" },
  },
  writeScope: api[1],
  policy: (_addresses, callers) =>
    callers === "people" ? { customClaims: [equals("azp", app)] } : { allowedScopes: [api[0]] },
};
