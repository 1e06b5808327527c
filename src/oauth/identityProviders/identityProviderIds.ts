/** The products we know, as `gatewayConnect.gateways` names them too. */
export const identityProviderIds = [
  "okta",
  "oktaOrg",
  "entra",
  "entraV1",
  "cognito",
  "auth0",
  "keycloak",
  "pingFederate",
  "google",
  "generic",
] as const;

export type IdentityProviderId = (typeof identityProviderIds)[number];
