import { defaults, type IdentityProvider, pathOf } from "./identityProvider.ts";

/**
 * Keycloak 26 and newer.
 *
 * Sources: Keycloak's guide for MCP authorization (`resource` is not looked at; a client scope with an audience mapper
 * puts `aud` into tokens, which have none otherwise) and its documentation of RFC 7009 (both kinds of tokens; with the
 * refresh token the session's tokens end at Keycloak). Refresh tokens come without `offline_access`, which makes them
 * outlive the session in the browser.
 */
export const keycloak: IdentityProvider = {
  ...defaults,
  id: "keycloak",
  name: "Keycloak",
  recognises: ({ issuer, token_endpoint }) =>
    /\/realms\/[^/]+\/?$/.test(pathOf(issuer)) && /\/protocol\/openid-connect\/token$/.test(pathOf(token_endpoint)),
  resource: "ignores",
  clientIdAt: "Clients › your client › Settings › Client ID",
  redirect: {
    port: "exact",
    hosts: ["localhost", "127.0.0.1"],
    registeredAt: "Clients › your client › Settings › Valid redirect URIs",
  },
  afterRevocation: "Revoking the refresh token ends the tokens of that sign-in at Keycloak.",
  clientClaim: "azp",
  nameClaims: ["name", "preferred_username", "email"],
};
