import type { Table } from "./remedy.ts";

export const google: Table = {
  token:
    'access tokens are opaque, and no gateway can check them. Send the ID token ("token": "id" for this gateway in gatewayConnect.gateways), with the client ID in allowedAudience.',
  audience:
    "the audience of an ID token is the client ID (APIs & Services › Credentials). Put it into allowedAudience.",
  client:
    "ID tokens name the client in `azp` and `aud`. Use allowedAudience with the client ID, or `customClaims` with `azp`, instead of allowedClients.",
  scope: "ID tokens have no scope. Leave allowedScopes out, and use allowedAudience with the client ID.",
  customClaim: ({ claim }) =>
    `Google has no way to add ${claim} to ID tokens. Change the rule: aud, azp and hd are there.`,
  issuer:
    "the issuer is https://accounts.google.com, and its discovery document https://accounts.google.com/.well-known/openid-configuration.",
  tokenKind: 'access tokens are opaque. Send the ID token ("token": "id" for this gateway in gatewayConnect.gateways).',
  registration:
    "create an OAuth client ID of the type Desktop app (APIs & Services › Credentials); its redirect URI needs no registration.",
  offlineAccess:
    'there is no offline_access; access_type=offline is sent in its place. Leave it out of "scopes" in gatewayConnect.gateways.',
  refreshToken: "a refresh token comes with the consent page only. Sign in again and allow access.",
};
