import { equals, letters } from "./identifiers.ts";
import type { SandboxProfile } from "./sandboxProfile.ts";

const app = letters("auth0 app", 32);
const api = ["read:tools", "write:tools"] as const;

/**
 * Auth0: the parameter `audience` says which API a token is for. Without it, only Auth0 can read the token.
 *
 * "Get access tokens"; "Access token profiles" (`azp`, `aud`); "Revoke refresh tokens"; "Authentication API: log out"
 * (`/v2/logout`, which is not an OpenID Connect endpoint and not in the metadata). How the revocation endpoint answers
 * an access token is not documented. Here it treats one like an unknown token: it answers 200 and does nothing (RFC
 * 7009, 2.2).
 */
export const auth0: SandboxProfile = {
  issuerPath: "/",
  routes: {
    authorization: "/authorize",
    token: "/oauth/token",
    revocation: "/oauth/revoke",
    registration: "/oidc/register",
    jwks: "/.well-known/jwks.json",
    end_session: "/v2/logout",
    device_authorization: "/oauth/device/code",
    code_verification: "/activate",
  },
  metadata: {
    paths: ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"],
    without: ["end_session_endpoint", "authorization_response_iss_parameter_supported"],
    with: () => ({ code_challenge_methods_supported: ["S256", "plain"] }),
  },
  clients: { app, machine: letters("auth0 machine", 32), keyMachine: letters("auth0 key machine", 32) },
  redirect: "exact",
  redirectRefusal: "Callback URL mismatch.",
  namesIssuer: false,
  scopes: { identity: ["openid", "profile", "email", "offline_access"], api, listed: false },
  resource: "audienceParameter",
  refreshTokens: { given: "offlineAccess", renewal: "kept" },
  revocation: { accessTokens: "ignored", cascades: false },
  accessToken: ({ person, clientId, scopes, issuer, gatewayUrl }) => ({
    sub: person ? `auth0|${letters(`auth0 ${person.sub}`, 24)}` : `${clientId}@clients`,
    aud: scopes.includes("openid") ? [gatewayUrl, `${issuer}userinfo`] : gatewayUrl,
    azp: clientId,
    scope: scopes.join(" "),
    ...(!person && { gty: "client-credentials" }),
  }),
  subject: ({ sub }) => `auth0|${letters(`auth0 ${sub}`, 24)}`,
  idToken: {
    claims: { openid: ["sub"], profile: ["name", "nickname"], email: ["email", "email_verified"] },
    of: ({ sub, name, email }) => ({ name, nickname: sub, email, email_verified: true }),
  },
  tokenErrors: {
    invalid_grant: { error: "invalid_grant", description: "Unknown or invalid refresh token." },
    invalid_client: { error: "access_denied", description: "Unauthorized" },
  },
  afterLogout: "returnTo",
  writeScope: api[1],
  policy: ({ gatewayUrl }, callers) => ({
    allowedAudience: [gatewayUrl],
    ...(callers === "people" ? { customClaims: [equals("azp", app)] } : { allowedScopes: [api[0]] }),
  }),
};
