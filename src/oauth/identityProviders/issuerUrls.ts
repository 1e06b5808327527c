import { translatable } from "../../failures/translate.ts";
import type { IdentityProviderId } from "./identityProviderIds.ts";

/** What the issuer (RFC 8414, 2) of an identity provider looks like, and where it is found in its console. */
export interface IssuerUrl {
  readonly name: string;
  /** With what is the company's own in braces. */
  readonly template: string;
  readonly at: string;
}

/** Those without an issuer of their own: a provider that is shown as another one, and whatever nobody has named. */
type WithoutUrl = "oktaOrg" | "entraV1" | "generic";

/**
 * In the order in which a person is shown them. Beside the tables of the providers and in none of them, which are loaded when the
 * editor starts.
 */
export const issuerUrls: Readonly<Record<Exclude<IdentityProviderId, WithoutUrl>, IssuerUrl>> = {
  okta: {
    name: "Okta",
    template: "https://{company}.okta.com/oauth2/default",
    at: "Security › API › Authorization Servers › Issuer URI",
  },
  entra: {
    name: "Microsoft Entra ID",
    template: "https://login.microsoftonline.com/{tenant ID}/v2.0",
    at: "Overview › Tenant ID; with /v2.0 at its end",
  },
  cognito: {
    name: "Amazon Cognito",
    template: "https://cognito-idp.{region}.amazonaws.com/{user pool ID}",
    at: "User pools › your pool › Overview › User pool ID",
  },
  auth0: { name: "Auth0", template: "https://{tenant}.auth0.com/", at: "Applications › your app › Settings › Domain" },
  keycloak: {
    name: "Keycloak",
    template: "https://{host}/realms/{realm}",
    at: "Realm settings › OpenID Endpoint Configuration",
  },
  pingFederate: {
    name: "PingFederate",
    template: "https://{host}:9031",
    at: "System › Server › Protocol Settings › Base URL",
  },
  google: { name: "Google", template: "https://accounts.google.com", at: translatable("The same for everybody") },
};
