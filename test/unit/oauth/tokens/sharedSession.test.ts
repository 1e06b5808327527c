import assert from "node:assert/strict";
import { test } from "node:test";
import { identityProvider } from "../../../../src/oauth/identityProviders/identityProviders.ts";
import { canReuse, type WantedSession } from "../../../../src/oauth/tokens/sharedSession.ts";
import type { TokenSet } from "../../../../src/oauth/tokens/tokenSet.ts";
import { unsignedJwt } from "../../../support/fakeAuthorizationServer.ts";

const one = "https://one.example.com/mcp";
const other = "https://other.example.com/mcp";

const tokens: TokenSet = {
  sessionId: "s",
  server: { issuer: "https://login.example.com" },
  client: { clientId: "app", authMethod: "none" },
  account: { id: "ada", label: "Ada" },
  scopes: ["read", "write"],
  accessToken: unsignedJwt({ aud: "api" }),
  issuedAt: 0,
};

const wanted: WantedSession = {
  issuer: "https://login.example.com",
  clientId: "app",
  scopes: ["openid", "offline_access", "read"],
  resource: undefined,
  audience: undefined,
  bearerToken: "access",
  provider: identityProvider("generic"),
  machine: false,
  proofs: [],
};

const proofKey = { kty: "EC", crv: "P-256", x: "x", y: "y", d: "d" } as const;
const okta = identityProvider("okta");
const auth0 = identityProvider("auth0");

/** Changes of a gateway that a sign-in would serve, and whether it still does. */
const cases: readonly (readonly [what: string, Partial<TokenSet>, Partial<WantedSession>, boolean])[] = [
  ["the same issuer, client and scopes", {}, {}, true],
  ["another issuer", {}, { issuer: "https://login.example.org" }, false],
  ["another client", {}, { clientId: "other" }, false],
  ["a scope that was not granted", {}, { scopes: ["admin"] }, false],
  ["a scope that was not granted beside one that was", {}, { scopes: ["read", "admin"] }, false],
  ["a token bound to another gateway", { resource: one }, { resource: other }, false],
  ["a token bound to this gateway", { resource: one }, { resource: one }, true],
  ["a token bound to nothing, where one is bound", {}, { resource: one }, false],
  ["a provider that ignores resources", {}, { resource: other, provider: okta }, true],
  [
    "an audience of the provider's own that is another",
    { boundAudience: one },
    { resource: other, provider: auth0 },
    false,
  ],
  [
    "an audience of the provider's own that is the same",
    { boundAudience: one },
    { resource: one, provider: auth0 },
    true,
  ],
  ["the audience that is configured", {}, { audience: "api" }, true],
  ["another audience than is configured", {}, { audience: "other" }, false],
  ["a machine's, for a person", { account: { id: "m", label: "m", machine: true } }, {}, false],
  ["a bound one, for a gateway that takes none", { proofKey, isBound: true }, {}, false],
  ["one of any bearer, for a gateway that takes bound ones", {}, { proofs: ["ES256"] }, false],
  [
    "a bound one, for another gateway that takes them",
    { proofKey, isBound: true },
    { proofs: ["EdDSA", "ES256"] },
    true,
  ],
  ["a bound one, for one that takes other proofs", { proofKey, isBound: true }, { proofs: ["EdDSA"] }, false],
  ["a gateway that is entered by way of a company", {}, { byEnterprise: true }, false],
  ["one by way of a company", { enterprise: { issuer: one, scopes: [], exchangedAt: 0 } }, {}, false],
  ["the one at the company itself", { isIdentity: true }, {}, false],
  ["a person's, for a machine", {}, { machine: true }, false],
];

test("a sign-in serves another gateway only where nothing tells them apart", () => {
  assert.deepEqual(
    cases.map(([what, changes, more]) => [what, canReuse({ ...tokens, ...changes }, { ...wanted, ...more })]),
    cases.map(([what, , , serves]) => [what, serves]),
  );
});
