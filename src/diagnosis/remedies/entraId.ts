import { type Claims, strings } from "../../agentcore/authorizer/claimRules.ts";
import { translatable } from "../../failures/translate.ts";
import type { Table } from "./remedy.ts";

const versionTwo = translatable(
  "set `requestedAccessTokenVersion` to 2 in the manifest of the API's app registration (App registrations › the API › Manifest), and use the discovery document with /v2.0/ in it. Then sign in again.",
);

const versionOneClient = translatable(
  "tokens of version 1 name the client in `appid`. Set `requestedAccessTokenVersion` to 2 in the manifest of the API's app registration (App registrations › the API › Manifest), and use the discovery document with /v2.0/ in it. Then sign in again. Or use `customClaims` with `appid`.",
);

const isVersionOne = (claims: Claims | undefined): boolean => claims?.ver === "1.0";

export const entra: Table = {
  audience: ({ expected }, { claims }, say) => {
    if (isVersionOne(claims)) return say(versionTwo);
    return strings(expected).some((one) => one.includes(":"))
      ? say(
          "tokens of version 2 have the API's Application (client) ID, a GUID, as audience, never api://…. Put the GUID into allowedAudience.",
        )
      : say(
          "the audience is the API's Application (client) ID. Put that GUID into allowedAudience, and ask for a scope of that API (api://<app>/…).",
        );
  },
  client: (_, { claims }, say) =>
    isVersionOne(claims)
      ? say(versionOneClient)
      : say(
          "tokens name the client in `azp`, never in client_id. Use `customClaims` with `azp` EQUALS the client's Application (client) ID instead of allowedClients.",
        ),
  scope: ({ found, expected }, _, say) =>
    strings(found).length === 0
      ? say(
          "only tokens of people have `scp`; a client's own token has `roles`. Sign in as a person, or use `customClaims` with `roles` STRING_ARRAY CONTAINS instead of allowedScopes.",
        )
      : strings(expected).some((one) => one.includes("/"))
        ? say(
            "`scp` has short names. Put the short name into allowedScopes, and the full one (api://<app>/<scope>) into advertisedScopeMapping.",
          )
        : say(
            "add the scope (App registrations › the API › Expose an API), let the client have it (API permissions), and ask for it by its full name api://<app>/<scope>.",
          ),
  customClaim: ({ claim = "" }, { claims }, say) =>
    isVersionOne(claims) && claim === "azp"
      ? say(versionTwo)
      : claim === "client_id" || claim === "cid"
        ? say("tokens name the client in `azp`. Let the rule look at `azp`.")
        : claim === "appid"
          ? say("only tokens of version 1 have `appid`. Let the rule look at `azp`.")
          : say(
              "add {0} under Token configuration › Add optional claim (roles: App roles, and assign them under Enterprise applications), or change the rule.",
              claim,
            ),
  issuer: ({ found }, _, say) =>
    typeof found === "string" && /\/v2\.0\/?$/.test(found)
      ? say(
          "the token is of version 2: discoveryUrl has to be https://login.microsoftonline.com/<tenant>/v2.0/.well-known/openid-configuration, with your tenant's ID.",
        )
      : say(versionTwo),
  signature: translatable(
    "a token for Microsoft Graph, or of another version, cannot be checked with these keys. Ask for a scope of your API (api://<app>/…), and use the discovery document with /v2.0/ in it.",
  ),
  resource: translatable(
    'resource beside scopes is refused (AADSTS9010010). Set "resource": false for this gateway, or register the gateway\'s exact URL as an Application ID URI of the API (Expose an API).',
  ),
  registration: translatable(
    "add this URI under App registrations › your app › Authentication › Mobile and desktop applications (the port is not compared), and set Allow public client flows to Yes.",
  ),
  redirectHost: translatable(
    "only localhost can be added under Authentication; 127.0.0.1 goes through the manifest (replyUrlsWithType). Set gatewayConnect.redirectHost to localhost.",
  ),
  requestScope: translatable(
    'a scope has to be asked for by its full name api://<app>/<scope>. Put that name into advertisedScopeMapping of the gateway, or into "scopes" in gatewayConnect.gateways.',
  ),
  refreshToken: translatable("ask for offline_access, and sign in again."),
};

export const entraV1: Table = {
  ...entra,
  audience: versionTwo,
  client: versionOneClient,
  issuer: versionTwo,
  signature: versionTwo,
  answer: versionTwo,
};
