import { translatable } from "../../failures/translate.ts";
import type { Table } from "./remedy.ts";

export const google: Table = {
  token: translatable(
    'access tokens are opaque, and no gateway can check them. Send the ID token ("token": "id" for this gateway in gatewayConnect.gateways), with the client ID in allowedAudience.',
  ),
  audience: translatable(
    "the audience of an ID token is the client ID (APIs & Services › Credentials). Put it into allowedAudience.",
  ),
  client: translatable(
    "ID tokens name the client in `azp` and `aud`. Use allowedAudience with the client ID, or `customClaims` with `azp`, instead of allowedClients.",
  ),
  scope: translatable("ID tokens have no scope. Leave allowedScopes out, and use allowedAudience with the client ID."),
  customClaim: ({ claim = "" }, _, say) =>
    say("Google has no way to add {0} to ID tokens. Change the rule: aud, azp and hd are there.", claim),
  issuer: translatable(
    "the issuer is https://accounts.google.com, and its discovery document https://accounts.google.com/.well-known/openid-configuration.",
  ),
  tokenKind: translatable(
    'access tokens are opaque. Send the ID token ("token": "id" for this gateway in gatewayConnect.gateways).',
  ),
  registration: translatable(
    "create an OAuth client ID of the type Desktop app (APIs & Services › Credentials); its redirect URI needs no registration.",
  ),
  offlineAccess: translatable(
    'there is no offline_access; access_type=offline is sent in its place. Leave it out of "scopes" in gatewayConnect.gateways.',
  ),
  refreshToken: translatable("a refresh token comes with the consent page only. Sign in again and allow access."),
};
