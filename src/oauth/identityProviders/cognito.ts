import type { AuthorizationServer } from "../discovery/authorizationServer.ts";
import { defaults, hostOf, type IdentityProvider, type LogoutRequest, pathOf } from "./identityProvider.ts";

const userPool = /^\/[a-z]{2}(?:-[a-z]+)+-\d+_[A-Za-z0-9]+\/?$/;

/** Endpoints are at the pool's domain, which its issuer does not name; the authorization endpoint does. */
const atDomain = ({ authorization_endpoint: endpoint }: AuthorizationServer, path: string): URL | undefined =>
  endpoint !== undefined && URL.canParse(endpoint) ? new URL(path, endpoint) : undefined;

/** Signs out and shows the sign-in page: that needs no sign-out URL to be registered beside the redirect URI. */
function logoutPage(server: AuthorizationServer, { clientId, redirectUri, scopes }: LogoutRequest): string | undefined {
  const url = atDomain(server, "/logout");
  if (!url) return undefined;
  const parameters = {
    client_id: clientId,
    response_type: "code",
    redirect_uri: redirectUri,
    scope: scopes.join(" "),
  };
  for (const [name, value] of Object.entries(parameters)) if (value !== "") url.searchParams.set(name, value);
  return url.href;
}

/**
 * Amazon Cognito user pools.
 *
 * Sources: Cognito's pages on the access token (`client_id`, `scope`, no `aud` unless a resource is bound), the
 * authorization endpoint (`resource`), the revocation endpoint (refresh tokens only, which takes their access and ID
 * tokens along), the logout endpoint; there is no `offline_access` (`invalid_scope`), a refresh token always comes. Its
 * metadata names neither PKCE, which works, nor for every pool the revocation endpoint.
 */
export const cognito: IdentityProvider = {
  ...defaults,
  id: "cognito",
  name: "Amazon Cognito",
  recognises: ({ issuer }) =>
    /^cognito-idp\.[a-z0-9-]+\.amazonaws\.(?:com(?:\.cn)?|eu)$/.test(hostOf(issuer)) || userPool.test(pathOf(issuer)),
  advertisesPkce: false,
  offlineAccess: "never",
  listsScopes: false,
  // An app client may allow fewer than the pool lists; with `openid` alone the ID token has all that it may read.
  scopesAboutPeople: ["openid"],
  clientIdAt: "User pools › your pool › App clients › Client ID",
  redirect: {
    port: "exact",
    hosts: ["localhost"],
    registeredAt: "App clients › your client › Login pages › Allowed callback URLs",
  },
  revokes: ["refresh token"],
  revocationEndpoint: (server) => atDomain(server, "/oauth2/revoke")?.href,
  afterRevocation:
    "Revoking the refresh token ends its access tokens at Cognito's own APIs; a gateway does not ask Cognito.",
  logoutPage,
  nameClaims: ["name", "email", "preferred_username", "cognito:username", "username"],
};
