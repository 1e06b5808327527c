import type { SandboxProfile } from "./sandboxProfile.ts";

/** The scopes that the generic provider's tokens may have. */
const scopes = ["gateway.read", "gateway.write"] as const;

/**
 * A provider that follows the standards: RFC 8414, RFC 7591, RFC 7009, RFC 8707, RFC 9068, RFC 9207, a public client
 * with any loopback port (RFC 8252, 7.3), and refresh tokens that work once (RFC 9700, 4.14.2).
 */
export const generic: SandboxProfile = {
  issuerPath: "",
  routes: {
    authorization: "/authorize",
    token: "/token",
    revocation: "/revoke",
    registration: "/register",
    jwks: "/jwks",
    end_session: "/logout",
    device_authorization: "/device/code",
    code_verification: "/device",
  },
  metadata: {
    paths: ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"],
    without: [],
  },
  clients: {
    app: "gateway-connect-sandbox",
    machine: "gateway-connect-machine",
    keyMachine: "gateway-connect-key-machine",
  },
  bindsTokens: true,
  redirect: "anyPort",
  namesIssuer: true,
  scopes: { identity: ["openid", "profile", "offline_access"], api: scopes, listed: true },
  resource: "gatewayOnly",
  refreshTokens: { given: "offlineAccess", renewal: "rotated" },
  revocation: { accessTokens: "revoked", cascades: true },
  accessToken: ({ person, clientId, scopes: granted, gatewayUrl }) => ({
    sub: person?.sub ?? clientId,
    scope: granted.join(" ") || undefined,
    client_id: clientId,
    aud: gatewayUrl,
    // Okta calls the client `cid` and Microsoft Entra ID `azp`: rules about either can be tried here.
    cid: clientId,
    azp: clientId,
  }),
  subject: ({ sub }) => sub,
  idToken: {
    claims: { openid: ["sub"], profile: ["name", "preferred_username", "email"] },
    of: ({ sub, name, email }) => ({ name, preferred_username: sub, email }),
  },
  writeScope: scopes[1],
  policy: ({ gatewayUrl }) => ({ allowedAudience: [gatewayUrl], allowedScopes: [scopes[0]] }),
};
