import type { Table } from "./remedy.ts";

export const auth0: Table = {
  token:
    'without an audience access tokens are opaque. Set "audience" for this gateway in gatewayConnect.gateways to the API\'s Identifier (Applications › APIs), and sign in again.',
  audience:
    'the audience is the Identifier of an API (Applications › APIs). Put it into allowedAudience, and set it as "audience" for this gateway in gatewayConnect.gateways.',
  client:
    "access tokens name the client in `azp`. Use `customClaims` with `azp` instead of allowedClients, or choose the RFC 9068 token dialect of the API (Settings), which has client_id.",
  scope: "add the permission to the API (Applications › APIs › Permissions), and sign in again.",
  customClaim: ({ claim }) =>
    `add the claim ${claim} in an Action of the Login flow (api.accessToken.setCustomClaim), or change the rule.`,
  issuer:
    "the issuer ends in a slash: https://<tenant>/, and its discovery document is at https://<tenant>/.well-known/openid-configuration.",
  registration:
    "create an application of the type Native (Applications › Create Application), with this URI under Settings › Allowed Callback URLs.",
  refreshToken: "switch Allow Offline Access on for the API (Settings), ask for offline_access, and sign in again.",
};
