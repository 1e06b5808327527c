import { defaults, hostOf, type IdentityProvider, pathOf } from "./identityProvider.ts";

/**
 * Google.
 *
 * Sources: Google's guide for native applications (any port of a loopback redirect; a client secret that is none is
 * demanded all the same; `access_type=offline` in place of `offline_access`, and consent for a refresh token) and its
 * OpenID Connect page (`azp` in ID tokens). Access tokens are opaque: a gateway that checks JWTs can take ID tokens only.
 */
export const google: IdentityProvider = {
  ...defaults,
  id: "google",
  name: "Google",
  recognises: ({ issuer, authorization_endpoint }) =>
    hostOf(issuer) === "accounts.google.com" || pathOf(authorization_endpoint) === "/o/oauth2/v2/auth",
  resource: "ignores",
  offlineAccess: "never",
  scopesAboutPeople: ["openid", "profile", "email"],
  needsSecret: true,
  parameters: ({ flow }): Readonly<Record<string, string>> =>
    flow === "browser" ? { access_type: "offline", prompt: "consent" } : {},
  chooseAccountPrompt: "select_account",
  clientIdAt: "APIs & Services › Credentials › OAuth 2.0 Client IDs",
  redirect: {
    port: "any",
    hosts: ["localhost", "127.0.0.1"],
    registeredAt: "APIs & Services › Credentials › OAuth client ID of the type Desktop app (nothing to register)",
  },
  afterRevocation: "Revoking either token ends the whole grant at Google; a gateway does not ask Google.",
  logoutPage: ({ issuer }) => new URL("/Logout", issuer).href,
  clientClaim: "azp",
  nameClaims: ["name", "email"],
  token: "id",
};
