import { translatable } from "../../failures/translate.ts";
import type { Table } from "./remedy.ts";

export const cognito: Table = {
  audience: translatable(
    "access tokens have no aud unless the sign-in binds a resource (managed login, Essentials or Plus). Use allowedClients with the app client's ID instead of allowedAudience.",
  ),
  client: ({ found }, { claims }, say) =>
    found === undefined && claims?.token_use === "id"
      ? say(
          "this is an ID token, which names its client in aud. Send the access token, or use allowedAudience with the app client's ID.",
        )
      : say(
          "put the app client's ID (App clients › your client) into allowedClients, or connect the gateway with a client that is there.",
        ),
  scope: (_, { claims }, say) =>
    claims?.token_use === "id"
      ? say("ID tokens have no scope. Send the access token.")
      : say(
          "custom scopes are called <resource server identifier>/<scope> (Branding › Domain › Resource servers). Write them so in allowedScopes, tick them for the app client (Login pages › Custom scopes), and sign in again.",
        ),
  customClaim: ({ claim = "" }, _, say) =>
    claim === "cid" || claim === "azp" || claim === "appid"
      ? say("access tokens name the client in client_id. Use allowedClients.")
      : say(
          "access tokens get the claim {0} from a pre token generation trigger of version 2 (Extensions › Add Lambda trigger), or change the rule.",
          claim,
        ),
  issuer: translatable(
    "the issuer is the user pool, not its sign-in domain: https://cognito-idp.<region>.amazonaws.com/<user pool ID>/.well-known/openid-configuration.",
  ),
  signature: translatable(
    "the token is of another user pool. Compare the user pool ID in iss with the one in discoveryUrl.",
  ),
  expiry: translatable(
    "the token has ended. With a refresh token the next call brings another; otherwise sign in again. Lifetimes are in the app client (App clients › your client › Edit).",
  ),
  resource: translatable(
    'resource needs managed login and the Essentials or Plus tier. Set "resource": false for this gateway in gatewayConnect.gateways where the user pool has neither.',
  ),
  registration: translatable(
    "create an app client without a secret (App clients › Create), with this URI under Login pages › Allowed callback URLs and the grant Authorization code.",
  ),
  redirectHost: translatable(
    "over http only localhost is taken as a callback URL. Set gatewayConnect.redirectHost to localhost.",
  ),
  requestScope: translatable(
    "only scopes ticked for the app client (Login pages › OpenID Connect scopes, Custom scopes) can be asked for, custom ones as <resource server identifier>/<scope>.",
  ),
  offlineAccess: translatable(
    'there is no offline_access (invalid_scope), and a refresh token always comes. Leave it out of "scopes" in gatewayConnect.gateways.',
  ),
};
