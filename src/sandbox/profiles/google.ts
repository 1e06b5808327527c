import { digits, letters, onlyScopes } from "./identifiers.ts";
import type { SandboxProfile } from "./sandboxProfile.ts";

const app = `${digits("google project", 12)}-${letters("google app", 32)}.apps.googleusercontent.com`;
const identity = ["openid", "email", "profile"] as const;

/**
 * Google: only Google can read its access tokens, so a gateway can check nothing but the ID token.
 *
 * "OAuth 2.0 for iOS & desktop apps" (any loopback port, the secret that is not secret, `access_type`); "OpenID
 * Connect" (claims, discovery document); "OAuth 2.0 for TV and limited-input device applications" (`verification_url`);
 * "Using OAuth 2.0: revoking a token" (no client, both kinds of tokens). That the gateway cannot take its access
 * tokens: agentcore-in-action, README.
 */
export const google: SandboxProfile = {
  issuerPath: "",
  routes: {
    authorization: "/o/oauth2/v2/auth",
    token: "/token",
    revocation: "/revoke",
    jwks: "/oauth2/v3/certs",
    end_session: "/Logout",
    device_authorization: "/device/code",
    code_verification: "/device",
  },
  metadata: {
    paths: ["/.well-known/openid-configuration"],
    without: ["end_session_endpoint"],
    with: () => ({
      code_challenge_methods_supported: ["plain", "S256"],

      token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic"],
    }),
  },
  // Machines use service accounts, with another grant.
  clients: { app, appNeedsSecret: true },
  redirect: "anyPort",
  redirectRefusal: "redirect_uri_mismatch",
  namesIssuer: true,
  scopes: {
    identity,
    api: [],
    listed: true,
    refuse: onlyScopes(identity, (unknown) => ({
      error: "invalid_scope",
      description: `Some requested scopes were invalid. {invalid=[${unknown.join(", ")}]}`,
      onPage: true,
    })),
  },
  resource: "ignored",
  refreshTokens: { given: "accessTypeOffline", renewal: "kept" },
  revocation: { accessTokens: "revoked", cascades: true, anyone: true },
  accessToken: "opaque",
  subject: ({ sub }) => `1${digits(`google ${sub}`, 20)}`,
  idToken: {
    claims: { openid: ["sub", "azp"], profile: ["name"], email: ["email", "email_verified"] },
    of: ({ name, email }, clientId) => ({ azp: clientId, name, email, email_verified: true }),
  },
  tokenErrors: {
    invalid_grant: { error: "invalid_grant", description: "Token has been expired or revoked." },
    invalid_client: { error: "invalid_client", description: "Unauthorized" },
  },
  verificationMember: "verification_url",
  policy: () => ({ allowedAudience: [app] }),
};
