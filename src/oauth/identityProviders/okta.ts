import type { AuthorizationServer } from "../discovery/authorizationServer.ts";
import { defaults, hostOf, type IdentityProvider, pathOf } from "./identityProvider.ts";

const oktaHost = /\.(?:okta|oktapreview|okta-emea|okta-gov|trexcloud)\.com$/;

const isCustom = (server: AuthorizationServer): boolean => /^\/oauth2\/[^/]+\/?$/.test(pathOf(server.issuer));

/** Any Okta: its own host, or under a custom domain the token endpoint where its issuers have it. */
function isOkta(server: AuthorizationServer): boolean {
  const issuer = server.issuer.replace(/\/$/, "");
  const tokenEndpoint = isCustom(server) ? `${issuer}/v1/token` : `${issuer}/oauth2/v1/token`;
  return oktaHost.test(hostOf(issuer)) || server.token_endpoint === tokenEndpoint;
}

/**
 * Okta with a custom authorization server, the one whose tokens others can check.
 *
 * Sources: AWS's guide for AgentCore with Okta (`resource` is ignored, scopes are short, redirects are compared with
 * their port); Okta's OIDC reference (`cid`, `scp`); its guides on refresh tokens (`offline_access` in the authorization
 * request, rotation with 30 seconds of grace) and on revoking tokens (a refresh token takes its access token along).
 * `/oauth2/…/logout` wants the ID token in the address; the org's own sign-out page needs none.
 */
export const okta: IdentityProvider = {
  ...defaults,
  id: "okta",
  name: "Okta",
  recognises: (server) => isOkta(server) && isCustom(server),
  resource: "ignores",
  offlineAccess: "always",
  clientIdAt: "Applications › your app › General › Client ID",
  redirect: {
    port: "exact",
    hosts: ["localhost", "127.0.0.1"],
    registeredAt: "Applications › your app › General › Sign-in redirect URIs",
  },
  afterRevocation: "Revoking the refresh token ends the access tokens that came with it, as far as Okta is asked.",
  logoutPage: ({ issuer }) => new URL("/login/signout", issuer).href,
  clientClaim: "cid",
  nameClaims: ["name", "preferred_username", "email", "sub"],
  assertionAudience: "token_endpoint",
};

/**
 * Okta's org authorization server. Its access tokens are for Okta itself: no custom audience, no custom scopes, and
 * nobody else may check them (AWS's guide: the gateway answers 403). It is known so that people can be told.
 */
export const oktaOrg: IdentityProvider = {
  ...okta,
  id: "oktaOrg",
  name: "Okta (org authorization server)",
  recognises: (server) => isOkta(server) && !isCustom(server),
};
