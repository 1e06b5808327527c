import { defaults, type IdentityProvider, pathOf } from "./identityProvider.ts";

/**
 * PingFederate.
 *
 * Sources: Ping's developer reference of the OAuth endpoints (`/as/token.oauth2`, `/as/revoke_token.oauth2`: a refresh
 * token takes its access tokens along; self-contained access tokens can be revoked where that is switched on). What a
 * token contains is up to its access token manager.
 */
export const pingFederate: IdentityProvider = {
  ...defaults,
  id: "pingFederate",
  name: "PingFederate",
  recognises: ({ token_endpoint }) => pathOf(token_endpoint).endsWith("/as/token.oauth2"),
  clientIdAt: "Applications › OAuth › Clients › Client ID",
  redirect: {
    port: "exact",
    hosts: ["localhost", "127.0.0.1"],
    registeredAt: "Applications › OAuth › Clients › your client › Redirection URIs",
  },
  afterRevocation:
    "Revoking the refresh token ends the access tokens of its grant, as far as PingFederate is asked; JWT access tokens can be revoked only where that is switched on.",
};
