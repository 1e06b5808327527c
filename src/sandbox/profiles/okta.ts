import { equals, letters, onlyScopes } from "./identifiers.ts";
import type { SandboxProfile } from "./sandboxProfile.ts";

const app = "0oasandbox1editor5d7";
const api = ["gateway.read", "gateway.write"] as const;
const identity = ["openid", "profile", "email", "address", "phone", "offline_access"] as const;
const audience = "api://default";

/** Okta's own identifier of a person, beside the name that the person signs in with. */
export const oktaUserId = (sub: string): string => `00u${letters(`okta ${sub}`, 17)}`;

/**
 * Okta with a custom authorization server, which has audiences and scopes that its administrators define.
 *
 * Claims and endpoints: Okta's "OpenID Connect & OAuth 2.0 API"; grace period: "Refresh access tokens and rotate
 * refresh tokens"; policy, `resource`, exact ports: AWS's sample for AgentCore Gateway with Okta.
 */
export const okta: SandboxProfile = {
  issuerPath: "/oauth2/default",
  routes: {
    authorization: "/oauth2/default/v1/authorize",
    token: "/oauth2/default/v1/token",
    revocation: "/oauth2/default/v1/revoke",
    jwks: "/oauth2/default/v1/keys",
    end_session: "/oauth2/default/v1/logout",
    device_authorization: "/oauth2/default/v1/device/authorize",
    code_verification: "/activate",
    registration: "/oauth2/v1/clients",
  },
  metadata: {
    paths: [
      "/oauth2/default/.well-known/oauth-authorization-server",
      "/oauth2/default/.well-known/openid-configuration",
    ],
    without: ["authorization_response_iss_parameter_supported"],
    with: ({ origin }) => ({
      registration_endpoint: `${origin}/oauth2/v1/clients`,
    }),
  },
  clients: { app, machine: "0oasandbox2machine5d7", keyMachine: "0oasandbox3keymach5d7" },
  bindsTokens: true,
  redirect: "exact",
  redirectRefusal:
    "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings, port included.",
  namesIssuer: false,
  scopes: {
    identity,
    api,
    listed: true,
    refuse: (asked, callers) =>
      onlyScopes(callers === "people" ? [...identity, ...api] : api, () => ({
        error: "invalid_scope",
        description: "One or more scopes are not configured for the authorization server resource.",
      }))(asked),
  },
  resource: "ignored",
  refreshTokens: { given: "offlineAccess", renewal: "graced" },
  revocation: { accessTokens: "revoked", cascades: true },
  // Only administrators register apps, with a token for Okta's own API.
  registrationRefusal: {
    status: 403,
    body: { errorCode: "E0000005", errorSummary: "Invalid session", errorLink: "E0000005", errorCauses: [] },
  },
  accessToken: ({ person, clientId, scopes }) => ({
    ver: 1,
    aud: audience,
    cid: clientId,
    ...(person && { uid: oktaUserId(person.sub) }),
    scp: scopes,
    sub: person?.email ?? clientId,
  }),
  subject: ({ sub, email }, _clientId, token) => (token === "access" ? email : oktaUserId(sub)),
  idToken: {
    claims: { openid: ["sub"], profile: ["name", "preferred_username"], email: ["email", "email_verified"] },
    of: ({ name, email }) => ({ name, preferred_username: email, email, email_verified: true }),
  },
  unassigned: {
    sub: "alan",
    name: "Alan Turing, who is not assigned to the app",
    email: "alan@example.com",
    refusal: { error: "access_denied", description: "User is not assigned to the client application." },
  },
  tokenErrors: {
    invalid_grant: { error: "invalid_grant", description: "The refresh token is invalid or expired." },
    invalid_client: {
      error: "invalid_client",
      description: "The client secret supplied for a confidential client is invalid.",
    },
  },
  signOutPage: "/login/signout",
  writeScope: api[1],
  policy: (_addresses, callers) => ({
    allowedAudience: [audience],
    // The rule on `cid` names a single client, so machines are admitted by their scope.
    ...(callers === "people" ? { customClaims: [equals("cid", app)] } : { allowedScopes: [api[0]] }),
  }),
};
