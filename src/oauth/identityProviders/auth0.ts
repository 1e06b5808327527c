import type { AuthorizationServer } from "../discovery/authorizationServer.ts";
import { type AskedTokens, defaults, hostOf, type IdentityProvider, pathOf } from "./identityProvider.ts";

const audienceOf = ({ audience, resource }: AskedTokens): string | undefined => audience ?? resource;

/**
 * Auth0.
 *
 * Sources: Auth0's pages on calling an API (`audience` decides what a token is for; without it the access token is
 * opaque), on the resource parameter profile (off by default: `resource` is ignored), on revoking refresh tokens (they
 * alone can be), on `/v2/logout`; its access token profile has `azp`. Issuers end in a slash.
 */
export const auth0: IdentityProvider = {
  ...defaults,
  id: "auth0",
  name: "Auth0",
  recognises: ({ issuer, token_endpoint }) =>
    /\.auth0\.com$/.test(hostOf(issuer)) || (pathOf(token_endpoint) === "/oauth/token" && issuer.endsWith("/")),
  resource: "ignores",
  offlineAccess: "always",
  listsScopes: false,
  parameters: (asked): Readonly<Record<string, string>> => {
    const wanted = audienceOf(asked);
    return wanted === undefined ? {} : { audience: wanted };
  },
  boundAudience: audienceOf,
  clientIdAt: "Applications › your app › Settings › Client ID",
  redirect: {
    port: "exact",
    hosts: ["localhost", "127.0.0.1"],
    registeredAt: "Applications › your app › Settings › Allowed Callback URLs",
  },
  revokes: ["refresh token"],
  revocationEndpoint: ({ issuer }: AuthorizationServer) => new URL("/oauth/revoke", issuer).href,
  afterRevocation: "Auth0 revokes refresh tokens; access tokens pass until they end.",
  logoutPage: ({ issuer }, { clientId }) => {
    const url = new URL("/v2/logout", issuer);
    url.searchParams.set("client_id", clientId);
    return url.href;
  },
  clientClaim: "azp",
};
