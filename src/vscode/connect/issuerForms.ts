import { translate } from "../translate.ts";

/** What the issuer of a product looks like, and where it is found in its console. */
export interface IssuerForm {
  readonly name: string;
  /** What stands in braces is the company's own. */
  readonly form: string;
  readonly at: string;
}

export const issuerForms: readonly IssuerForm[] = [
  {
    name: "Okta",
    form: "https://{company}.okta.com/oauth2/default",
    at: "Security › API › Authorization Servers › Issuer URI",
  },
  {
    name: "Microsoft Entra ID",
    form: "https://login.microsoftonline.com/{tenant ID}/v2.0",
    at: "Overview › Tenant ID; with /v2.0 at its end",
  },
  {
    name: "Amazon Cognito",
    form: "https://cognito-idp.{region}.amazonaws.com/{user pool ID}",
    at: "User pools › your pool › Overview › User pool ID",
  },
  { name: "Auth0", form: "https://{tenant}.auth0.com/", at: "Applications › your app › Settings › Domain" },
  { name: "Keycloak", form: "https://{host}/realms/{realm}", at: "Realm settings › OpenID Endpoint Configuration" },
  { name: "PingFederate", form: "https://{host}:9031", at: "System › Server › Protocol Settings › Base URL" },
  { name: "Google", form: "https://accounts.google.com", at: translate("The same for everybody") },
];
