import { translatable } from "../../failures/translate.ts";

/** An identity provider that the sandbox can behave like, in words for people. */
export interface SandboxIdentityProvider {
  /** What the sandbox calls it: `--profile`. */
  readonly profile: string;
  readonly label: string;
  /** What is particular about it. */
  readonly detail: string;
}

/** The first is the one to begin with. */
export const sandboxIdentityProviders: readonly SandboxIdentityProvider[] = [
  {
    profile: "generic",
    label: translatable("Any provider that follows the standards"),
    detail: translatable("Nothing to set up: the editor registers itself."),
  },
  {
    profile: "okta",
    label: "Okta",
    detail: translatable(
      "A custom authorization server. Names the client cid, compares ports, lets a spent refresh token work for 30 seconds.",
    ),
  },
  {
    profile: "oktaOrg",
    label: translatable("Okta (org authorization server)"),
    detail: translatable("Its access tokens are for Okta alone: the gateway refuses them."),
  },
  {
    profile: "entra",
    label: "Microsoft Entra ID",
    detail: translatable("Refuses a resource parameter, wants scopes by their full names, revokes nothing."),
  },
  {
    profile: "entraV1",
    label: translatable("Microsoft Entra ID (version 1 tokens)"),
    detail: translatable("An API that was not set to version 2: the gateway refuses its tokens."),
  },
  {
    profile: "cognito",
    label: "Amazon Cognito",
    detail: translatable(
      "No audience in tokens, no offline_access, endpoints on another host, revokes refresh tokens only.",
    ),
  },
  {
    profile: "auth0",
    label: "Auth0",
    detail: translatable("Without an audience parameter the access token is one that no gateway can read."),
  },
  {
    profile: "keycloak",
    label: "Keycloak",
    detail: translatable("A realm without an audience mapper: rules can name the client only, as azp."),
  },
  {
    profile: "pingFederate",
    label: "PingFederate",
    detail: translatable("Its own addresses, and JSON Web Tokens that cannot be revoked by themselves."),
  },
  {
    profile: "google",
    label: "Google",
    detail: translatable(
      "Access tokens that no gateway can read: it takes the ID token. Asks for a client secret that is none.",
    ),
  },
  {
    profile: "enterprise",
    label: translatable("A company's identity provider"),
    detail: translatable(
      "One sign-in there serves all gateways of the company (ID-JAG): the gateway shows no page of its own.",
    ),
  },
];
