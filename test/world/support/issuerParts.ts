import type { TestContext } from "node:test";
import { type FakeAuthorizationServer, unsignedJwt } from "../../support/fakeAuthorizationServer.ts";
import { json } from "../../support/fakePorts.ts";
import type { WorldGateway } from "./gateway.ts";

/** The gateway's own metadata with these members. */
export const resourceMetadata =
  (gateway: WorldGateway, members: object): WorldGateway["instead"] =>
  ({ path }) =>
    path.startsWith("/.well-known/oauth-protected-resource") ? json({ resource: gateway.url, ...members }) : undefined;

/** The provider says nothing of who it is, as before RFC 9207. */
export function withoutIss(provider: FakeAuthorizationServer): void {
  provider.answer.authorize = (form) => {
    const asked = `${provider.issuer}/authorize?${new URLSearchParams(form)}`;
    return Response.redirect(provider.consent(asked, { iss: undefined }), 302);
  };
}

/** Requests to Microsoft's host go to the provider of the row. */
export function routeMicrosoft(t: TestContext, provider: FakeAuthorizationServer): void {
  const real = globalThis.fetch;
  t.mock.method(globalThis, "fetch", ((input: string | URL, init?: RequestInit) => {
    const url = new URL(String(input));
    return url.hostname === "login.microsoftonline.com"
      ? real(`${provider.issuer}/${url.pathname.split("/").at(-1)}${url.search}`, init)
      : real(input, init);
  }) as typeof fetch);
}

/** The provider gives ID tokens with these claims, besides those that each has. */
export const idTokenOf = (provider: FakeAuthorizationServer, claims: object) => {
  const common = { aud: "registered-1", sub: "ada", name: "Ada", iat: 1, exp: 4_000_000_000 };
  provider.answer.token = (form) => {
    const { nonce } = provider.forms.findLast(({ endpoint }) => endpoint === "authorize")?.form ?? {};
    provider.tokenFields = { id_token: unsignedJwt({ ...common, aud: form.client_id, nonce, ...claims }) };
    return provider.token(form);
  };
};
