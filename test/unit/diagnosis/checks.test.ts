import assert from "node:assert/strict";
import { test } from "node:test";
import { agentCheck } from "../../../src/diagnosis/agentCheck.ts";
import type { EditorServers, ServerName } from "../../../src/diagnosis/askedAccess.ts";
import { gatewayOf, isExplainable } from "../../../src/diagnosis/explainable.ts";
import { gatewayChecks } from "../../../src/diagnosis/gatewayChecks.ts";
import { getGatewayCommand } from "../../../src/diagnosis/getGatewayCommand.ts";
import { metadataChecks } from "../../../src/diagnosis/metadataChecks.ts";
import { nameCheck } from "../../../src/diagnosis/nameCheck.ts";
import { clockSection, observedClocks } from "../../../src/diagnosis/observedClocks.ts";
import { scopeChecks } from "../../../src/diagnosis/scopeChecks.ts";
import { signInChecks } from "../../../src/diagnosis/signInChecks.ts";
import { type AnyFailure, asFailure, GatewayFailure } from "../../../src/failures/failure.ts";
import { failureText } from "../../../src/failures/failureText.ts";
import type { IdentityProviderId } from "../../../src/oauth/identityProviders/identityProviderIds.ts";
import { identityProvider } from "../../../src/oauth/identityProviders/identityProviders.ts";
import type { Authorization } from "../../../src/oauth/signIn/recordedAuthorization.ts";
import { FakeRedirect, loopbackUris } from "../../support/fakePorts.ts";
import { resolvedConnection, resolvedGateway } from "../../support/resolved.ts";

const gateway = { name: "Tools", url: "https://gw.example/mcp" };
const server = { issuer: "https://idp.example", token_endpoint: "https://idp.example/token" };
const oauth = (scopes: readonly string[]): Authorization => ({
  kind: "oauth",
  server,
  clientId: "app",
  clientSource: "configured",
  scopes,
});

const world = (more: object = {}) => ({
  fetch: async () => new Response(null, { status: 500 }),
  now: () => 0,
  signal: new AbortController().signal,
  serverNames: async (): Promise<readonly ServerName[]> => [],
  ...more,
});

const clocks: readonly (readonly [
  what: string,
  dateMs: number | undefined,
  age: number,
  state: string,
  found: RegExp,
])[] = [
  ["the same second", 1_000_000, 0, "passed", /^0 s apart/],
  ["a minute ahead", 1_000_000 - 61_000, 0, "passed", /^60 s apart/],
  ["more than a minute ahead", 1_000_000 - 63_000, 0, "note", /62 s ahead/],
  ["more than a minute behind", 1_000_000 + 62_000, 0, "note", /62 s behind/],
  ["more than five minutes behind", 1_000_000 + 400_000, 0, "failed", /400 s behind/],
  ["an answer that a cache kept for an hour", 1_000_000 - 3_600_000, 3600, "passed", /^0 s apart/],
  ["no date", undefined, 0, "unknown", /did not say/],
];

for (const [what, dateMs, age, state, found] of clocks) {
  test(`a clock that is ${what} is told as ${state}`, async () => {
    const headers = {
      ...(dateMs !== undefined && { date: new Date(dateMs).toUTCString() }),
      ...(age > 0 && { age: String(age) }),
    };
    const seen = observedClocks({ fetch: async () => new Response(null, { headers }), now: () => 1_000_000 });
    await seen.outgoing.fetch(gateway.url);
    const [check] = clockSection(seen, [["the gateway", `${gateway.url}/other`]]).checks;
    assert.equal(check?.state, state);
    assert.match(check?.found ?? "", found);
  });
}

const entries: readonly (readonly [what: string, servers: readonly ServerName[], state: string])[] = [
  ["no other server", [], "passed"],
  ["servers of other names", [{ file: "mcp.json", name: "github" }], "passed"],
  ["a server of its name in capitals", [{ file: "mcp.json", name: "TOOLS" }], "failed"],
  ["its own entry", [{ file: "mcp.json", name: "tools", connectionId: "c1" }], "passed"],
  [
    "a server with the name of its own entry in another file",
    [
      { file: "user.json", name: "work", connectionId: "c1" },
      { file: "folder.json", name: "Work" },
    ],
    "failed",
  ],
];

for (const [what, servers, state] of entries) {
  test(`${what}: the name check has ${state}`, async () => {
    const asked = { gateway, ...resolvedGateway(), bearerToken: "access" as const, connectionId: "c1" };
    const [check] = await nameCheck(asked, { serverNames: async () => servers });
    assert.equal(check?.state, state);
    if (state === "failed") assert.match(check?.found ?? "", /"(TOOLS|Work)" in (mcp|folder)\.json/);
  });
}

test("a rule that keeps the tools from the editor's agent is found, with what its list lacks", () => {
  const asked = { gateway, ...resolvedGateway(), bearerToken: "access" as const, connectionId: "c1" };
  const check = (agentBar?: EditorServers["agentBar"]) =>
    agentCheck(asked, { serverNames: async () => [], ...(agentBar && { agentBar }) });
  const [barred] = check(() => ({ bar: "notAllowed", server: { name: "Here", serverName: "Tools" } }));
  assert.deepEqual(
    { none: check(), passed: check(() => undefined)[0]?.state, barred: barred?.state, found: barred?.found },
    { none: [], passed: "passed", barred: "failed", found: "chat.mcp.allowedServers" },
  );
  assert.match(barred?.fix ?? "", /\{"serverName":"Tools"\}/);
});

test("a file of servers that cannot be read leaves the name unknown, and an address alone has no name to collide", async () => {
  const asked = { gateway, ...resolvedGateway(), bearerToken: "access" as const };
  const unreadable = { serverNames: () => Promise.reject(new Error("damaged")) };
  const [check] = await nameCheck({ ...asked, connectionId: "c1" }, unreadable);
  assert.equal(check?.state, "unknown");
  assert.deepEqual(await nameCheck(asked, unreadable), []);
});

interface Scopes {
  readonly id: IdentityProviderId;
  /** Undefined before there is a connection: what a sign-in would ask for counts. */
  readonly asked?: readonly string[];
  readonly wanted?: readonly string[];
  readonly listed?: readonly string[];
  readonly isMachine?: boolean;
}

const scopes: readonly (readonly [what: string, facts: Scopes, states: readonly string[], fix: RegExp])[] = [
  ["all is well", { id: "generic", asked: ["read"], wanted: ["read"], listed: ["read"] }, ["passed", "passed"], /^$/],
  [
    "the gateway wants another",
    { id: "generic", asked: ["read"], wanted: ["write"] },
    ["failed"],
    /"scopes" in gatewayConnect/,
  ],
  [
    "the provider lists another",
    { id: "generic", asked: ["read"], listed: ["write"] },
    ["note"],
    /as the identity provider spells them/,
  ],
  [
    "an Entra scope is short",
    { id: "entra", asked: ["access_as_user", "offline_access"] },
    ["failed"],
    /^Entra: .*api:\/\/<app>\/<scope>/,
  ],
  [
    "Cognito has no offline_access",
    { id: "cognito", asked: ["gw/read", "offline_access"] },
    ["failed"],
    /^Cognito: there is no offline_access/,
  ],
  [
    "Google has no offline_access",
    { id: "google", asked: ["openid", "offline_access"] },
    ["failed"],
    /^Google: there is no offline_access/,
  ],
  ["Okta gives no refresh token unasked", { id: "okta", asked: ["openid"] }, ["note"], /^Okta: ask for offline_access/],
  ["what Okta is asked for by itself has it", { id: "okta", wanted: ["read"] }, ["passed"], /^$/],
  [
    "Cognito lists no API's scopes, so that none is missed",
    { id: "cognito", wanted: ["gw/read"], listed: ["openid", "email", "phone", "profile"] },
    ["passed"],
    /^$/,
  ],
  [
    "a machine asks for nothing about people",
    { id: "generic", asked: ["read", "openid", "offline_access"], wanted: ["read"], listed: ["read"], isMachine: true },
    ["passed", "passed"],
    /^$/,
  ],
  ["a machine needs no refresh token", { id: "okta", asked: ["read"], isMachine: true }, [], /^$/],
];

for (const [what, { id, asked, wanted = [], listed, isMachine = false }, states, fix] of scopes) {
  test(`scopes: ${what}`, () => {
    const provider = identityProvider(id);
    const known = { ...server, ...(listed && { scopes_supported: [...listed] }) };
    const access = {
      gateway,
      ...resolvedGateway(),
      bearerToken: "access" as const,
      ...(asked && { connection: resolvedConnection(oauth(asked)) }),
    };
    const checks = scopeChecks(access, { provider, server: known, wanted, isMachine });
    assert.deepEqual(
      checks.map(({ state }) => state),
      states,
    );
    assert.match(checks.map((check) => check.fix ?? "").join(""), fix);
  });
}

const ways: readonly (readonly [id: IdentityProviderId, host: string, expected: RegExp, state: string])[] = [
  ["okta", "localhost", /3334\/oauth\/callback or .*3335.* letter by letter$/, "passed"],
  ["cognito", "127.0.0.1", /letter by letter$/, "failed"],
  ["entra", "127.0.0.1", /the port is not compared/, "failed"],
  ["google", "127.0.0.1", /the port is not compared/, "passed"],
];

for (const [id, host, expected, state] of ways) {
  test(`${id} and a redirect to ${host}: what to register is said as the provider compares it, and its host is ${state}`, async () => {
    const own = new FakeRedirect(loopbackUris(host));
    const asked = {
      gateway,
      ...resolvedGateway(),
      redirect: own,
      bearerToken: "access" as const,
      connection: resolvedConnection(oauth([])),
    };
    const found = { provider: identityProvider(id), server, wanted: [] };
    const { checks } = await signInChecks(asked, found, world());
    const [registered, taken] = checks.slice(1);
    assert.match(registered?.expected ?? "", expected);
    assert.match(registered?.found ?? "", new RegExp(identityProvider(id).redirect.registeredAt.slice(0, 12)));
    assert.equal(taken?.state, state);
  });
}

test("who has no client ID and cannot register is told what to create, and a machine needs no way back", async () => {
  const provider = identityProvider("okta");
  const bare = { gateway, ...resolvedGateway(), bearerToken: "access" as const };
  const [clientCheck] = (await signInChecks(bare, { provider, server, wanted: [] }, world())).checks;
  const machine = { ...bare, ...resolvedGateway({ clientId: "m", signIn: "clientCredentials" }) };
  const { checks } = await signInChecks(machine, { provider, server, wanted: [] }, world());
  assert.deepEqual(
    [clientCheck?.state, checks.map(({ what }) => what)],
    ["failed", ["The identity provider knows this client"]],
  );
  assert.match(clientCheck?.fix ?? "", /^Okta: create an app of the type Native Application/);
});

const [first, second, third] = loopbackUris();
const portsTaken = new GatewayFailure("redirect_ports_taken", { ports: [3334, 3335, 3336] });
const availability: readonly (readonly [taken: readonly string[], refuse: Error | undefined, expected: object])[] = [
  [[], undefined, { state: "passed", found: "all are free" }],
  [[first, second ?? ""], undefined, { state: "note", found: `in use: ${first}, ${second}` }],
  [
    [],
    portsTaken,
    {
      state: "failed",
      found: "none is free",
      fix: failureText(portsTaken).nextStep,
    },
  ],
];

for (const [taken, refuse, expected] of availability) {
  test(`the browser can come back or not: ${JSON.stringify(expected)}`, async () => {
    const own = Object.assign(new FakeRedirect(), { taken, refuse });
    const asked = {
      gateway,
      ...resolvedGateway(),
      redirect: own,
      bearerToken: "access" as const,
      connection: resolvedConnection(oauth([])),
    };
    const found = { provider: identityProvider("generic"), server, wanted: [] };
    const { checks } = await signInChecks(asked, found, world());
    const what = "The browser can come back to this computer";
    const registered = `${first} or ${second} or ${third}`;
    assert.deepEqual(
      checks.find((check) => check.what === what),
      { what, expected: registered, ...expected },
    );
  });
}

test("an address of another scheme has no host that an identity provider could refuse", async () => {
  const own = new FakeRedirect(["vscode://gateway-connect.gateway-connect/callback"]);
  const asked = {
    gateway,
    ...resolvedGateway(),
    redirect: own,
    bearerToken: "access" as const,
    connection: resolvedConnection(oauth([])),
  };
  const { checks } = await signInChecks(asked, { provider: identityProvider("cognito"), server, wanted: [] }, world());
  assert.deepEqual(checks.map(({ what, state }) => [what, state]).slice(1), [
    ["Where the browser comes back to has to be registered at the identity provider", "note"],
    ["The browser can come back to this computer", "passed"],
  ]);
});

test("refusals have an explanation, and what is nobody's but this computer's has none", () => {
  const issuer = server.issuer;
  const failures = [
    new GatewayFailure("gateway_refused_token", { gateway: "Tools", status: 401, error: "invalid_token" }),
    new GatewayFailure("insufficient_scope", { gateway: "Tools", needed: [], granted: [] }),
    new GatewayFailure("access_denied", { issuer }),
    new GatewayFailure("gateway_not_found", { url: gateway.url }),
    new GatewayFailure("resource_mismatch", { metadataUrl: "https://x", expected: gateway.url, found: "y" }),
    // It may be the provider's certificate.
    new GatewayFailure("tls_failed", { url: issuer, reason: "CERT_HAS_EXPIRED" }),
    new GatewayFailure("file_damaged", { path: "x", reason: "y" }),
    new GatewayFailure("url_invalid", { input: "x" }),
    asFailure(new Error("x")),
  ];
  assert.deepEqual(
    failures.map((failure) => [failure.code, isExplainable(failure as AnyFailure), gatewayOf(failure as AnyFailure)]),
    [
      ["gateway_refused_token", true, undefined],
      ["insufficient_scope", true, undefined],
      ["access_denied", true, undefined],
      ["gateway_not_found", true, gateway.url],
      ["resource_mismatch", true, gateway.url],
      ["tls_failed", true, undefined],
      ["file_damaged", false, undefined],
      ["url_invalid", false, undefined],
      ["unexpected", false, undefined],
    ],
  );
});

test("the command that prints a configuration is known for AgentCore's own addresses", () => {
  assert.deepEqual(
    [
      getGatewayCommand("https://my-gw-0123456789.gateway.bedrock-agentcore.eu-central-1.amazonaws.com/mcp"),
      getGatewayCommand("https://tools.example/mcp"),
      getGatewayCommand("not an address"),
    ],
    [
      "aws bedrock-agentcore-control get-gateway --gateway-identifier my-gw-0123456789 --region eu-central-1",
      undefined,
      undefined,
    ],
  );
});

test("a gateway that gets too many requests, and a firewall before it, are told as that", async () => {
  const asked = { gateway, ...resolvedGateway(), bearerToken: "access" as const };
  const limited = Response.json({ message: "Rate exceeded" }, { status: 429, headers: { "retry-after": "30" } });
  const seen = [];
  for (const answer of [limited, new Response("<html>", { status: 403 })]) {
    const { section, probed } = await gatewayChecks(asked, world({ fetch: async () => answer.clone() }));
    const { state, found = "", fix = "" } = section.checks.at(-1) ?? {};
    seen.push([probed, state, found, fix.slice(0, 35)]);
  }
  assert.deepEqual(seen, [
    [
      undefined,
      "failed",
      `Expected an answer to a request. ${gateway.url} answered HTTP 429. In its own words: “Rate exceeded”.`,
      "It asks to wait 30 seconds. Try aga",
    ],
    [
      undefined,
      "failed",
      `Expected a gateway that asks for a sign-in. ${gateway.url} answered HTTP 403.`,
      "If it is a gateway, a firewall or a",
    ],
  ]);
});

test("members of metadata that make no sense are told as the provider's fault, and others are not", async () => {
  const sound = {
    issuer: server.issuer,
    revocation_endpoint: "https://idp.example/revoke",
    end_session_endpoint: null,
    scopes_supported: [],
    grant_types_supported: ["authorization_code"],
  };
  const odd = {
    revocation_endpoint: "",
    end_session_endpoint: "http://idp.example/logout",
    registration_endpoint: 5,
    scopes_supported: "openid profile",
    grant_types_supported: ["authorization_code", null],
  };
  const told = async (document: object) => {
    const ways = world({ fetch: async () => Response.json(document) });
    const checks = await metadataChecks(server.issuer, ways);
    return checks.map(({ what, state, expected, found }) => [what.split(": ")[1], state, expected, found]);
  };
  const [address, texts] = ["an https address", "a list of texts"];
  assert.deepEqual(
    { sound: await told(sound), odd: await told({ ...sound, ...odd }), none: await told([]) },
    {
      sound: [],
      odd: [
        ["revocation_endpoint", "note", address, "an empty text"],
        ["registration_endpoint", "note", address, "5"],
        ["end_session_endpoint", "note", address, "http://idp.example/logout"],
        ["scopes_supported", "note", texts, "openid profile"],
        ["grant_types_supported", "note", texts, '["authorization_code",null]'],
      ],
      none: [],
    },
  );
});
