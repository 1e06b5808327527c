import { generic } from "../../src/oauth/identityProviders/generic.ts";
import type { SignInRequest } from "../../src/oauth/signIn/signInRequest.ts";
import type { FakeAuthorizationServer } from "./fakeAuthorizationServer.ts";

/** What is asked of a sign-in with a browser at a provider that is played: a client without a secret, and nothing special. */
export const browserRequest = (
  { server }: FakeAuthorizationServer,
  changes: Partial<SignInRequest> = {},
): SignInRequest => ({
  gateway: "Tools",
  identityProvider: generic,
  flow: "browser",
  bearerToken: "access",
  server,
  client: { clientId: "app", authMethod: "none" },
  scopes: ["read"],
  ...changes,
});
