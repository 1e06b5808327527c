import { onlyScopes } from "./identifiers.ts";
import type { SandboxProfile } from "./sandboxProfile.ts";

const app = "gateway_connect";
const machines = ["gateway_connect_service", "gateway_connect_signed_service"] as const;
const api = ["gateway.read", "gateway.write"] as const;
const identity = ["openid", "profile", "email"] as const;

/**
 * PingFederate with an access token manager that issues JSON Web Tokens without an audience, and with its own names for
 * all endpoints.
 *
 * "OAuth 2.0 endpoints"; "Token revocation endpoint" (JSON Web Tokens cannot be revoked by themselves; with a refresh
 * token the grant and its access tokens go); "Dynamic client registration endpoint" (off unless an administrator turns
 * it on). "Roll refresh token values" is off, so renewals return no new refresh token.
 */
export const pingFederate: SandboxProfile = {
  issuerPath: "",
  routes: {
    authorization: "/as/authorization.oauth2",
    token: "/as/token.oauth2",
    revocation: "/as/revoke_token.oauth2",
    jwks: "/pf/JWKS",
    end_session: "/idp/startSLO.ping",
    device_authorization: "/as/device_authz.oauth2",
    code_verification: "/as/user_authz.oauth2",
  },
  metadata: {
    paths: ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"],
    without: ["authorization_response_iss_parameter_supported"],
    with: ({ origin }) => ({
      code_challenge_methods_supported: ["plain", "S256"],
      ping_end_session_endpoint: `${origin}/idp/startSLO.ping`,
    }),
  },
  clients: { app, machine: machines[0], keyMachine: machines[1] },
  redirect: "exact",
  redirectRefusal: "Invalid redirect_uri",
  namesIssuer: false,
  scopes: {
    identity,
    api,
    listed: true,
    refuse: onlyScopes([...identity, ...api], () => ({
      error: "invalid_scope",
      description: "The requested scope(s) must be blank or a subset of the provided scopes.",
    })),
  },
  resource: "ignored",
  refreshTokens: { given: "always", renewal: "kept" },
  revocation: { accessTokens: "unsupported", cascades: true },
  accessToken: ({ person, clientId, scopes }) => ({
    client_id: clientId,
    scope: scopes.join(" "),
    ...(person && { sub: person.email, Username: person.sub }),
  }),
  subject: ({ email }) => email,
  idToken: {
    claims: { openid: ["sub"], profile: ["name"], email: ["email"] },
    of: ({ name, email }) => ({ name, email }),
  },
  tokenErrors: {
    invalid_grant: { error: "invalid_grant", description: "unknown, invalid, or expired refresh token" },
    invalid_client: { error: "invalid_client", description: "Invalid client or client credentials" },
  },
  writeScope: api[1],
  policy: (_addresses, callers) => ({ allowedClients: callers === "people" ? [app] : machines }),
};
