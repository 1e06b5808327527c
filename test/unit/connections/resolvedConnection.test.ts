import assert from "node:assert/strict";
import { test } from "node:test";
import { resolveConnection, resolveReadable } from "../../../src/connections/resolvedConnection.ts";
import type { Authorization } from "../../../src/oauth/signIn/recordedAuthorization.ts";
import { logoutPage } from "../../../src/oauth/tokens/logoutPage.ts";
import { freeRules, noPolicy } from "../../../src/policy/policy.ts";
import { FakeRedirect, failureOf } from "../../support/fakePorts.ts";
import { resolvedConnection } from "../../support/resolved.ts";

type OAuth = Extract<Authorization, { kind: "oauth" }>;

const connected = (more: Partial<OAuth> = {}): OAuth => ({
  kind: "oauth",
  server: { issuer: "https://login.example.com", end_session_endpoint: "https://login.example.com/logout" },
  clientId: "app",
  clientSource: "registered",
  resource: "https://gw.example.com/mcp",
  scopes: ["read"],
  ...more,
});

const entra: Partial<OAuth> = { server: { issuer: "https://login.microsoftonline.com/tenant/v2.0" } };
const google: Partial<OAuth> = { server: { issuer: "https://accounts.google.com" } };

test("what was found and chosen when it was connected holds as long as the settings say nothing", () => {
  const { flow, clientId, clientSource, scopes, resource, audience, bearerToken, identityProvider } =
    resolvedConnection(connected());
  assert.deepEqual(
    { flow, clientId, clientSource, scopes, resource, audience, bearerToken, product: identityProvider.id },
    {
      flow: "browser",
      clientId: "app",
      clientSource: "registered",
      scopes: ["read"],
      resource: "https://gw.example.com/mcp",
      audience: undefined,
      bearerToken: "access",
      product: "generic",
    },
  );
});

test("each setting goes before what it was connected with, and what another sign-in has to be like follows it", () => {
  const settings = {
    signIn: "clientCredentials",
    clientId: "machine",
    scopes: ["write"],
    resource: false,
    audience: "api",
    token: "id",
    identityProvider: "okta",
  };
  const { wanted, identityProvider, clientSource, ...resolved } = resolvedConnection(connected(), settings);
  const { flow, clientId, scopes, resource, audience, bearerToken } = resolved;
  const { provider, machine, byEnterprise, issuer, proofs, ...same } = wanted;
  const expected = { clientId: "machine", scopes: ["write"], resource: undefined, audience: "api", bearerToken: "id" };
  assert.deepEqual(
    { resolved: { clientId, scopes, resource, audience, bearerToken }, wanted: same },
    { resolved: expected, wanted: expected },
  );
  assert.deepEqual(
    [flow, machine, clientSource, issuer, identityProvider.id, provider.id, proofs, byEnterprise],
    ["clientCredentials", true, "configured", "https://login.example.com", "okta", "okta", [], false],
  );
});

test("a sign-in is bound to a key where gateway and identity provider both offer it, unless the settings say otherwise", () => {
  const binds = { issuer: "https://login.example.com", dpop_signing_alg_values_supported: ["RS256", "ES256"] };
  const other = { issuer: "https://login.example.com", dpop_signing_alg_values_supported: ["RS256"] };
  const cases: readonly (readonly [Partial<OAuth>, Readonly<Record<string, unknown>>, boolean])[] = [
    [{ server: binds, proof: "offered" }, {}, true],
    [{ server: binds, proof: "required" }, {}, true],
    [{ server: binds, proof: { only: false } }, {}, true],
    [{ server: binds, proof: { only: true, algorithms: ["ES256"] } }, {}, true],
    // What a later version has recorded.
    [{ server: binds, proof: { only: true, algorithms: ["ML-DSA-44"] } }, {}, false],
    // As with most gateways, which would refuse every such token.
    [{ server: binds }, {}, false],
    [{ server: binds }, { dpop: true }, true],
    [{ server: binds, proof: "required" }, { dpop: false }, false],
    // Nothing is demanded of a provider that does not offer it.
    [{ proof: "required" }, { dpop: true }, false],
    [{ server: other, proof: "required" }, { dpop: true }, false],
    // An ID token is bound to nothing.
    [{ server: binds, proof: "offered" }, { token: "id", dpop: true }, false],
  ];
  const found = cases.map(([authorization, settings]) => resolvedConnection(connected(authorization), settings));
  assert.deepEqual(
    found.map(({ proofs, wanted }) => [proofs, wanted.proofs]),
    cases.map(([, , expected]) => (expected ? [["ES256"], ["ES256"]] : [[], []])),
  );
});

test("a client that a person typed in gives way to the one that the settings name later", () => {
  const typed = connected({ clientId: "typed", clientSource: "configured" });
  assert.deepEqual(
    [resolvedConnection(typed).clientId, resolvedConnection(typed, { clientId: "set" }).clientId],
    ["typed", "set"],
  );
});

test("the token of an identity provider is sent that a gateway can check, unless the settings name the other", () => {
  assert.deepEqual(
    [{}, { token: "access" }].map((settings) => resolvedConnection(connected(google), settings).bearerToken),
    ["id", "access"],
  );
});

test("configured scopes are spelled as the identity provider takes them, for a sign-in and for one to be shared alike", () => {
  const settings = { scopes: ["read", "openid"], audience: "0a0a" };
  const { scopes, wanted } = resolvedConnection(connected(entra), settings);
  const spelled = ["api://0a0a/read", "openid"];
  assert.deepEqual([scopes, wanted.scopes], [spelled, spelled]);
});

test("the flow decides whether a browser has a session to end, not what it was connected with", () => {
  const page = (signIn: "clientCredentials" | undefined, settings: object) =>
    logoutPage(resolvedConnection(connected(signIn && { signIn }), { ...settings })) !== undefined;
  assert.deepEqual(
    [
      page(undefined, {}),
      page(undefined, { signIn: "clientCredentials" }),
      page("clientCredentials", {}),
      page("clientCredentials", { signIn: "browser" }),
    ],
    [true, false, false, true],
  );
});

test("a gateway that asks nobody to sign in has nothing to resolve, and a setting that cannot be read is told or passed over", async () => {
  const url = "https://gw.example.com/mcp";
  const connection = { id: "c", name: "Work", url, authorization: connected(google) };
  const redirect = () => new FakeRedirect();
  for (const values of [
    { gateways: { [url]: { token: 7 } }, shared: {} },
    { gateways: {}, shared: { redirectPorts: 0 } },
  ]) {
    const world = { settings: () => values, redirect };
    assert.equal(resolveConnection({ url, authorization: { kind: "none" } }, world), undefined);
    const failure = (await failureOf(() => resolveConnection(connection, world))) as { code?: string };
    assert.deepEqual([failure.code, resolveReadable(connection, world)?.bearerToken], ["setting_invalid", "id"]);
  }
});

test("an administrator's rules hold where what a person has set cannot be read", () => {
  const url = "https://gw.example.com/mcp";
  const connection = { id: "c", name: "Work", url, authorization: connected() };
  const rules = { ...freeRules, settings: { audience: "api" } };
  const settings = () => ({
    ...{ gateways: { [url]: { token: 7 } }, shared: {} },
    policy: { ...noPolicy, of: () => rules },
  });
  const resolved = resolveReadable(connection, { settings, redirect: () => new FakeRedirect() });
  assert.deepEqual([resolved?.rules, resolved?.audience], [rules, "api"]);
});
