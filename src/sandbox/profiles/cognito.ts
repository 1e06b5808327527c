import { guid, letters, onlyScopes } from "./identifiers.ts";
import type { SandboxProfile } from "./sandboxProfile.ts";

const pool = "us-east-1_Sandbox";
const app = letters("cognito app", 26);
const machine = letters("cognito machine", 26);
const api = ["gateway/read", "gateway/write"] as const;
const identity = ["openid", "email", "phone", "profile"] as const;

/**
 * An Amazon Cognito user pool, whose endpoints are at its domain, on another host than the issuer.
 *
 * Claims: "Understanding the access token"; `resource`: "Authorize endpoint"; revocation: "Revoke endpoint"; client
 * authentication: "Token endpoint"; the refused `offline_access`: litellm-docs #1433; the missing PKCE methods and RFC
 * 8414 document: claude-code #35846, agentcore-samples #1056; policy: AWS's "Set up Amazon Cognito" for AgentCore.
 */
export const cognito: SandboxProfile = {
  issuerPath: `/${pool}`,
  endpointHost: "localhost",
  routes: {
    authorization: "/oauth2/authorize",
    token: "/oauth2/token",
    revocation: "/oauth2/revoke",
    jwks: `/${pool}/.well-known/jwks.json`,
    end_session: "/logout",
  },
  metadata: {
    paths: [`/${pool}/.well-known/openid-configuration`],
    without: [
      "code_challenge_methods_supported",
      "grant_types_supported",
      "revocation_endpoint",
      "end_session_endpoint",
      "authorization_response_iss_parameter_supported",
    ],
    with: ({ issuer }) => ({
      jwks_uri: `${issuer}/.well-known/jwks.json`,

      token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
    }),
  },
  // Cognito has no clients that sign assertions.
  clients: { app, machine },
  redirect: "exact",
  redirectRefusal: "redirect_mismatch",
  namesIssuer: false,
  scopes: {
    identity,
    api,
    listed: false,
    refuse: (asked, callers) =>
      onlyScopes(callers === "people" ? [...identity, ...api] : api, () => ({
        error: "invalid_scope",
        description: "invalid_scope",
      }))(asked),
  },
  resource: "bound",
  refreshTokens: { given: "always", renewal: "kept" },
  revocation: { accessTokens: "unsupported", cascades: true },
  accessToken: ({ person, clientId, scopes, resource }) => ({
    sub: person ? guid(`cognito ${person.sub}`) : clientId,
    client_id: clientId,
    token_use: "access",
    scope: scopes.join(" "),
    version: 2,
    ...(person && { username: guid(`cognito ${person.sub}`), origin_jti: guid(`cognito origin ${person.sub}`) }),
    ...(resource !== undefined && { aud: resource }),
  }),
  subject: ({ sub }) => guid(`cognito ${sub}`),
  idToken: {
    // The scope `openid` gives all attributes that the client may read.
    claims: { openid: ["sub", "token_use", "cognito:username", "name", "email", "email_verified"] },
    of: ({ sub, name, email }) => ({
      token_use: "id",
      "cognito:username": guid(`cognito ${sub}`),
      name,
      email,
      email_verified: true,
    }),
  },
  tokenErrors: {
    invalid_grant: { error: "invalid_grant", description: "Invalid Refresh Token" },
    invalid_client: { error: "invalid_client", description: "invalid_client_secret" },
  },
  afterLogout: "logout_uri",
  writeScope: api[1],
  policy: (_addresses, callers) => ({
    allowedClients: [callers === "people" ? app : machine],
    allowedScopes: [api[0]],
  }),
};
