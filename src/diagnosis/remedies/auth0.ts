import { translatable } from "../../failures/translate.ts";
import type { Table } from "./remedy.ts";

export const auth0: Table = {
  token: translatable(
    'without an audience access tokens are opaque. Set "audience" for this gateway in gatewayConnect.gateways to the API\'s Identifier (Applications › APIs), and sign in again.',
  ),
  audience: translatable(
    'the audience is the Identifier of an API (Applications › APIs). Put it into allowedAudience, and set it as "audience" for this gateway in gatewayConnect.gateways.',
  ),
  client: translatable(
    "access tokens name the client in `azp`. Use `customClaims` with `azp` instead of allowedClients, or choose the RFC 9068 token dialect of the API (Settings), which has client_id.",
  ),
  scope: translatable("add the permission to the API (Applications › APIs › Permissions), and sign in again."),
  customClaim: ({ claim = "" }, _, say) =>
    say(
      "add the claim {0} in an Action of the Login flow (api.accessToken.setCustomClaim), or change the rule.",
      claim,
    ),
  issuer: translatable(
    "the issuer ends in a slash: https://<tenant>/, and its discovery document is at https://<tenant>/.well-known/openid-configuration.",
  ),
  registration: translatable(
    "create an application of the type Native (Applications › Create Application), with this URI under Settings › Allowed Callback URLs.",
  ),
  refreshToken: translatable(
    "switch Allow Offline Access on for the API (Settings), ask for offline_access, and sign in again.",
  ),
};
