import { openIdScopes } from "../discovery/challenge.ts";
import { loginHost } from "./entraTenants.ts";
import { defaults, hostOf, type IdentityProvider, pathOf } from "./identityProvider.ts";

const microsoftHost =
  /^(?:login\.microsoftonline\.(?:com|us)|login\.partner\.microsoftonline\.cn|sts\.windows\.net|sts\.chinacloudapi\.cn|login\.windows\.net)$|\.ciamlogin\.com$/;

/**
 * The issuer to sign in at, for one that a gateway names. Entra's metadata of version 1 names another issuer,
 * https://sts.windows.net/<tenant>/, than the address where it is, which RFC 8414, 3.3 has refused. Version 2 of the same
 * tenant signs the same people in, and its tokens are of the version that the API's manifest asks for.
 */
export function issuerToAsk(named: string): string {
  const tenant = /^\/[^/]+\/?$/.test(pathOf(named)) && loginHost.test(hostOf(named));
  return tenant ? `${named.replace(/\/$/, "")}/v2.0` : named;
}

/** An API is called by its GUID or by an address made of it; what another address stands for is not known here. */
const isAudience = (found: string, wanted: string): boolean => {
  const id = (audience: string) => audience.replace(/^api:\/\//, "").toLowerCase();
  return id(found) === id(wanted) || (wanted.includes(":") && !/^[0-9a-f-]{36}$/.test(id(wanted)));
};

/** `access_as_user` of `api://<app>`, as a request has to name it; what is long already stays. */
function requestScope(scope: string, audience: string | undefined): string {
  if (audience === undefined || openIdScopes.has(scope) || scope.includes("/") || scope.includes(":")) return scope;
  return audience.includes(":") ? `${audience.replace(/\/$/, "")}/${scope}` : `api://${audience}/${scope}`;
}

/** A client that signs in as itself gets what the administrator has granted, and asks for just that. */
function clientScopes(scopes: readonly string[], audience: string | undefined): readonly string[] {
  const long = scopes.filter((scope) => scope.includes("/"));
  const wanted = long.length > 0 ? long : [requestScope(".default", audience)];
  return [...new Set(wanted.map((scope) => scope.replace(/[^/]*$/, ".default")))].filter((scope) =>
    scope.includes("/"),
  );
}

/**
 * Microsoft Entra ID, version 2 tokens.
 *
 * Sources: Microsoft's reference of access token claims (`aud` is the API's GUID, `azp`, `scp` with short names, none in
 * a client's own token) and of redirect URIs (the port of localhost is not compared); AWS's guide for AgentCore with
 * Entra (scopes by their full name); AADSTS901002 and AADSTS9010010 for `resource` beside scopes (VS Code's issues
 * 254009 and 321249). There is no revocation endpoint in its metadata, nor PKCE, which works. `private_key_jwt` names the
 * certificate by its thumbprint.
 */
export const entra: IdentityProvider = {
  ...defaults,
  id: "entra",
  name: "Microsoft Entra ID",
  recognises: (server) =>
    (microsoftHost.test(hostOf(server.issuer)) || /\/oauth2\/v2\.0\/token$/.test(pathOf(server.token_endpoint))) &&
    /\/v2\.0\/?$/.test(pathOf(server.issuer)),
  advertisesPkce: false,
  resource: "refuses",
  offlineAccess: "always",
  requestScope,
  clientScopes,
  isAudience,
  chooseAccountPrompt: "select_account",
  clientIdAt: "App registrations › your app › Overview › Application (client) ID",
  redirect: {
    port: "any",
    hosts: ["localhost"],
    registeredAt: "App registrations › your app › Authentication › Mobile and desktop applications",
  },
  revokes: [],
  afterRevocation:
    "Microsoft Entra ID has no way for a client to revoke tokens. An administrator, or you at myaccount.microsoft.com, can end all sign-ins of an account.",
  clientClaim: "azp",
  nameClaims: ["name", "preferred_username", "upn", "email"],
  assertionAudience: "token_endpoint",
  assertionAlgorithm: "PS256",
  keyHeader: "x5t#S256",
};

/** Entra with version 1 tokens, which an API gets whose manifest does not ask for version 2: another issuer, `appid`. */
export const entraV1: IdentityProvider = {
  ...entra,
  id: "entraV1",
  name: "Microsoft Entra ID (version 1)",
  recognises: (server) => microsoftHost.test(hostOf(server.issuer)) && !/\/v2\.0\/?$/.test(pathOf(server.issuer)),
  clientClaim: "appid",
};
