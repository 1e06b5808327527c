import { translatable } from "../../failures/translate.ts";
import type { Table } from "./remedy.ts";

const customServer = translatable(
  "tokens of the org authorization server are for Okta alone, and nobody else can check them. Use a custom one (Security › API › Authorization Servers): put https://<org>/oauth2/<id>/.well-known/openid-configuration into discoveryUrl and connect the gateway again.",
);

export const okta: Table = {
  audience: translatable(
    "tokens have the audience of their authorization server (Security › API › Authorization Servers › Settings › Audience), whatever resource was asked for. Put that one into allowedAudience, or change it there.",
  ),
  client: ({ found }, _, say) =>
    found === undefined
      ? say(
          "add a `client_id` claim to the authorization server (Claims › Add Claim: Access Token, Always, value app.clientId), or use `customClaims` with `cid` instead of allowedClients.",
        )
      : say("put the app's Client ID (Applications › your app › General) into allowedClients."),
  scope: translatable(
    "add the scope to the authorization server (Scopes), let a rule of its access policy (Access Policies) allow it together with every other scope that is asked for, openid and offline_access too, and sign in again.",
  ),
  customClaim: ({ claim = "" }, _, say) =>
    claim === "client_id"
      ? say(
          "access tokens have `cid`. Add a `client_id` claim to the authorization server (Claims › Add Claim, value app.clientId), or let the rule look at `cid`.",
        )
      : say(
          "add the claim {0} to the authorization server (Security › API › Authorization Servers › Claims, token type Access Token), or change the rule.",
          claim,
        ),
  issuer: translatable(
    "the discovery document has to be that of the authorization server that issued the token: https://<org>/oauth2/<id>/.well-known/openid-configuration (Security › API › Authorization Servers › Metadata URI).",
  ),
  signature: translatable(
    "the token is signed by another authorization server than the one in discoveryUrl. Compare its Issuer URI (Security › API › Authorization Servers) with iss.",
  ),
  expiry: translatable(
    "the token has ended. With a refresh token the next call brings another; otherwise sign in again. Its lifetime is in the rule of the access policy (Access Policies › rule).",
  ),
  registration: translatable(
    "create an app of the type Native Application (Applications › Create App Integration), with this URI under Sign-in redirect URIs, grant types Authorization Code and Refresh Token, client authentication None, and people assigned (Assignments).",
  ),
  requestScope: translatable(
    "add the scope to the authorization server (Scopes) and to the rule of its access policy; scopes are short there.",
  ),
  refreshToken: translatable(
    "ask for offline_access, allow it in the rule of the access policy, and tick Refresh Token among the app's grant types (General); then sign in again.",
  ),
};

export const oktaOrg: Table = {
  ...okta,
  audience: customServer,
  client: customServer,
  scope: customServer,
  customClaim: customServer,
  issuer: customServer,
  signature: customServer,
  answer: customServer,
};
