import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { deviceCodeGrant } from "../../src/oauth/signIn/deviceCode.ts";
import type { FakeAuthorizationServer } from "../support/fakeAuthorizationServer.ts";
import { failureOf, html, json } from "../support/fakePorts.ts";
import { connectedEditor } from "./support/editor.ts";
import type { WorldGateway } from "./support/gateway.ts";
import { idTokenOf, resourceMetadata, routeMicrosoft, withoutIss } from "./support/issuerParts.ts";
import { programWorld } from "./support/program.ts";
import { startProvider } from "./support/provider.ts";
import { eachPair, type WorldTests, worldRows } from "./support/rows.ts";

/** What stands where an address of https belongs. */
const noAddress: readonly unknown[] = ["", "http://idp.example/x", "javascript:alert(1)", "/relative", 7, null, {}, []];

const unneededEndpoints: WorldTests = {
  ...eachPair(
    ["revocation_endpoint", "device_authorization_endpoint", "end_session_endpoint"],
    noAddress,
    (name, value) => [
      `${name} that is ${JSON.stringify(value)} keeps nobody from signing in, calling and signing out`,
      async (t) => {
        const provider = await startProvider(t);
        Object.assign(provider.server, { [name]: value });
        const { world, id } = await connectedEditor(t, provider);
        const answer = await world.call(id, "echo");
        const connection = world.gateways.find(id);
        assert.ok(connection);
        const { revocation } = await world.gateways.signOut(connection);
        const revoked = name === "revocation_endpoint" ? "notOffered" : "revoked";
        assert.deepEqual([answer, revocation?.steps.map(({ kind }) => kind)], ["{}", [revoked, revoked]]);
      },
    ],
  ),
  "without an editor too": async (t) => {
    const { start, provider } = await programWorld(t);
    Object.assign(provider.server, { revocation_endpoint: "", end_session_endpoint: "http://idp.example/x" });
    assert.equal(await (await start()).call("echo"), "{}");
  },
  "an endpoint that the act needs is told as the provider's fault": async (t) => {
    const provider = await startProvider(t);
    Object.assign(provider.server, { token_endpoint: "http://idp.example/x" });
    const { code } = (await failureOf(() => connectedEditor(t, provider))) as { code: string };
    assert.equal(code, "endpoint_insecure");
  },
};

const oddLists: WorldTests = {
  ...eachPair(
    [
      "scopes_supported",
      "grant_types_supported",
      "token_endpoint_auth_methods_supported",
      "id_token_signing_alg_values_supported",
      "response_types_supported",
    ],
    [7, "openid profile", true, null, {}, [1, null, {}], [["openid"]]],
    (name, value) => [
      `${name} that is ${JSON.stringify(value)} keeps nobody from signing in`,
      async (t) => {
        const provider = await startProvider(t);
        Object.assign(provider.server, { [name]: value });
        const { world, id } = await connectedEditor(t, provider);
        assert.equal(await world.call(id, "echo"), "{}");
      },
    ],
  ),
  "without an editor too": async (t) => {
    const { start, provider } = await programWorld(t);
    Object.assign(provider.server, { scopes_supported: 7, grant_types_supported: "text" });
    assert.equal(await (await start()).call("echo"), "{}");
  },
  "methods of PKCE that are no list are told as the provider's fault, since a sign-in depends on them": async (t) => {
    const provider = await startProvider(t);
    Object.assign(provider.server, { code_challenge_methods_supported: 7 });
    assert.deepEqual(await failureOf(() => connectedEditor(t, provider)), {
      code: "pkce_unsupported",
      facts: { issuer: provider.issuer, found: ["7"] },
    });
  },
  ...Object.fromEntries(
    [7, "", null, {}].map((value) => [
      `authorization_servers of the gateway that are ${JSON.stringify(value)} are told as its fault`,
      async (t: TestContext) => {
        const provider = await startProvider(t);
        const connect = connectedEditor(t, provider, (gateway) => {
          gateway.instead = resourceMetadata(gateway, { authorization_servers: value });
        });
        const { code } = (await failureOf(() => connect)) as { code: string };
        assert.equal(code, "authorization_server_missing");
      },
    ]),
  ),
};

/** Where an issuer of a path has its metadata. */
const placesOf: Readonly<Record<string, (path: string) => string>> = {
  "OpenID Connect, behind the path": (path) => `${path}/.well-known/openid-configuration`,
  "RFC 8414, before the path": (path) => `/.well-known/oauth-authorization-server${path}`,
  "OpenID Connect, before the path": (path) => `/.well-known/openid-configuration${path}`,
};

const namedDocuments: WorldTests = {
  ...eachPair(Object.entries(placesOf), ["", "/realms/one", "/a/b/c"], ([what, placeOf], path) => [
    `authorization_servers that name a document of ${what}${path === "" ? ", of which there is none" : ` ${path}`}`,
    async (t) => {
      const { gateway, provider, start, computer } = await programWorld(t);
      const { issuer: origin } = provider;
      Object.assign(provider, { issuer: origin + path });
      Object.assign(provider.server, { issuer: origin + path });
      provider.answer[".well-known/oauth-authorization-server"] = () => html(404);
      provider.answer[placeOf(path).slice(1)] = () => json(provider.server);
      gateway.instead = resourceMetadata(gateway, { authorization_servers: [origin + placeOf(path)] });
      assert.deepEqual([await (await start()).call("echo"), computer.opened().length], ["{}", 1]);
    },
  ]),
  "a document that names another issuer is not believed, and nobody is sent to either": async (t) => {
    const [provider, other] = [await startProvider(t), await startProvider(t)];
    provider.answer[".well-known/openid-configuration"] = () => json(other.server);
    provider.answer[".well-known/oauth-authorization-server"] = () => json(other.server);
    const named = `${provider.issuer}/.well-known/openid-configuration`;
    const connect = connectedEditor(t, provider, (gateway) => {
      gateway.instead = resourceMetadata(gateway, { authorization_servers: [named] });
    });
    const { code, facts } = (await failureOf(() => connect)) as { code: string; facts: object };
    const metadataUrl = `${provider.issuer}/.well-known/oauth-authorization-server`;
    assert.deepEqual(
      { code, facts },
      { code: "issuer_mismatch", facts: { metadataUrl, expected: provider.issuer, found: other.issuer } },
    );
    assert.deepEqual([other.forms.length, provider.count("token")], [0, 0]);
  },
  "a document that is not there with its query is told, though it is there without": async (t) => {
    const provider = await startProvider(t);
    provider.answer[".well-known/oauth-authorization-server"] = ({ p }) => (p === "policy" ? html(404) : undefined);
    const connect = connectedEditor(t, provider, (gateway) => {
      const named = `${provider.issuer}/.well-known/openid-configuration?p=policy`;
      gateway.instead = resourceMetadata(gateway, { authorization_servers: [named] });
    });
    const { code } = (await failureOf(() => connect)) as { code: string };
    assert.deepEqual([code, provider.count("token")], ["authorization_server_unreachable", 0]);
  },
  "an issuer that is set so is the same": async (t) => {
    const { gateway, provider, start } = await programWorld(t);
    gateway.instead = resourceMetadata(gateway, { authorization_servers: [] });
    const standalone = await start("--issuer", `${provider.issuer}/.well-known/openid-configuration`);
    assert.equal(await standalone.call("echo"), "{}");
  },
  "in the editor too, and a renewal and a sign-out go there": async (t) => {
    const provider = await startProvider(t);
    const { world, id } = await connectedEditor(t, provider, (gateway) => {
      const named = `${provider.issuer}/.well-known/oauth-authorization-server`;
      gateway.instead = resourceMetadata(gateway, { authorization_servers: [named] });
    });
    assert.equal(await world.call(id, "echo"), "{}");
    provider.access.clear();
    assert.equal(await world.call(id, "echo"), "{}");
    const connection = world.gateways.find(id);
    assert.ok(connection);
    await world.gateways.signOut(connection);
    assert.deepEqual([provider.count("token"), provider.count("revoke")], [2, 2]);
  },
};

/** A gateway of the revision 2025-03-26: it asks for a token and says nothing more. */
const bare =
  (provider: FakeAuthorizationServer, more: WorldGateway["instead"]): WorldGateway["instead"] =>
  (asked) => {
    const other = more?.(asked);
    if (other) return other;
    if (asked.path.startsWith("/.well-known/")) return html(404);
    const isGood = asked.bearer !== undefined && provider.access.has(asked.bearer);
    return asked.path !== "/mcp" || isGood ? undefined : new Response(null, { status: 401 });
  };

/** The provider's own endpoints, served by the gateway under its origin. */
const forwarded =
  (provider: FakeAuthorizationServer, paths: readonly string[]): WorldGateway["instead"] =>
  ({ method, path, search, headers, text }) =>
    paths.includes(path)
      ? provider.fetch(`${provider.issuer}${path}${search}`, { method, headers, ...(text && { body: text }) })
      : undefined;

const withoutResourceMetadata: WorldTests = {
  ...Object.fromEntries(
    ["", "/", "/oauth"].map((path) => [
      `metadata of the issuer <origin>${path} at the gateway's own origin is used`,
      async (t: TestContext) => {
        const { start, provider, gateway, computer } = await programWorld(t);
        withoutIss(provider);
        const { authorization_response_iss_parameter_supported: _, ...server } = provider.server;
        const own = { ...server, issuer: `${new URL(gateway.url).origin}${path}` };
        gateway.instead = bare(provider, (asked) =>
          asked.path === "/.well-known/oauth-authorization-server" ? json(own) : undefined,
        );
        const answer = await (await start()).call("echo");
        assert.deepEqual([answer, computer.opened().length], ["{}", 1]);
      },
    ]),
  ),
  "endpoints by their default names are used where there is no metadata at all": async (t) => {
    const { start, provider, gateway, computer } = await programWorld(t);
    withoutIss(provider);
    gateway.instead = bare(provider, forwarded(provider, ["/authorize", "/token", "/register"]));
    const answer = await (await start()).call("echo");
    const [page] = computer.opened().map(({ url }) => new URL(url));
    assert.deepEqual([answer, page?.origin, page?.pathname], ["{}", new URL(gateway.url).origin, "/authorize"]);
  },
  "metadata that names another issuer is believed if that one says so itself": async (t) => {
    const provider = await startProvider(t);
    const { world, id } = await connectedEditor(t, provider, (gateway) => {
      gateway.instead = bare(provider, ({ path }) =>
        path === "/.well-known/oauth-authorization-server" ? json(provider.server) : undefined,
      );
    });
    assert.equal(await world.call(id, "echo"), "{}");
  },
  "a gateway that names another's issuer with a token endpoint of its own gets no code": async (t) => {
    const provider = await startProvider(t);
    let thief: WorldGateway | undefined;
    const { world, id } = await connectedEditor(t, provider, (gateway) => {
      thief = gateway;
      const mixed = { ...provider.server, token_endpoint: `${new URL(gateway.url).origin}/token` };
      gateway.instead = bare(provider, ({ path }) =>
        path === "/.well-known/oauth-authorization-server" ? json(mixed) : undefined,
      );
    });
    await world.call(id, "echo");
    assert.deepEqual([thief?.asked.filter(({ path }) => path === "/token"), provider.count("token")], [[], 1]);
  },
  "where nothing is there, it is told that the gateway does not say where to sign in, and no browser opens": async (
    t,
  ) => {
    const { provider, gateway } = await programWorld(t);
    gateway.instead = bare(provider, () => undefined);
    const failure = (await failureOf(() => connectedEditor(t, provider, (one) => (one.instead = gateway.instead)))) as {
      code: string;
      facts: { tried: readonly string[] };
    };
    assert.deepEqual(
      [failure.code, failure.facts.tried.map((url) => new URL(url).pathname)],
      [
        "resource_metadata_missing",
        [
          "/.well-known/oauth-protected-resource/mcp",
          "/.well-known/oauth-protected-resource",
          "/.well-known/oauth-authorization-server",
          "/.well-known/openid-configuration",
        ],
      ],
    );
  },
};

/** How gateways behind a proxy that ends TLS were seen to name their metadata, and what nobody should follow. */
const unusable = [
  "http://gateway.internal/.well-known/oauth-protected-resource/mcp",
  "/.well-known/oauth-protected-resource/mcp",
  "gateway.internal/.well-known/oauth-protected-resource",
  "",
  "file:///etc/passwd",
];

const challenging =
  (provider: FakeAuthorizationServer, metadata: string): WorldGateway["instead"] =>
  ({ path, bearer }) => {
    if (path !== "/mcp" || (bearer !== undefined && provider.access.has(bearer))) return undefined;
    const challenge = `Bearer resource_metadata="${metadata}"`;
    return new Response(null, { status: 401, headers: { "www-authenticate": challenge } });
  };

const unusableMetadataAddress: WorldTests = {
  ...Object.fromEntries(
    unusable.map((metadata) => [
      `resource_metadata="${metadata}" is not followed: the gateway's own place is`,
      async (t: TestContext) => {
        const provider = await startProvider(t);
        const { world, id } = await connectedEditor(t, provider, (gateway) => {
          gateway.instead = challenging(provider, metadata);
        });
        assert.equal(await world.call(id, "echo"), "{}");
      },
    ]),
  ),
  "without metadata there either, the words name the gateway": async (t) => {
    const provider = await startProvider(t);
    const connect = connectedEditor(t, provider, (gateway) => {
      const challenge = challenging(provider, "/relative");
      gateway.instead = (asked) => (asked.path.startsWith("/.well-known/") ? html(404) : challenge?.(asked));
    });
    assert.deepEqual(await failureOf(() => connect), {
      code: "endpoint_insecure",
      facts: { name: "resource_metadata", url: "/relative" },
    });
  },
};

/** What a provider may refuse of a registration, though nothing depends on it. */
const picky: Readonly<Record<string, (asked: Readonly<Record<string, unknown>>) => boolean>> = {
  "a grant type that it advertises": ({ grant_types: grants }) => [grants].flat().includes(deviceCodeGrant),
  application_type: ({ application_type: type }) => type !== undefined,
  response_types: ({ response_types: types }) => types !== undefined,
};

const pickyRegistration: WorldTests = {
  ...eachPair([400, 422], Object.entries(picky), (status, [what, refuses]) => [
    `a registration that is refused with HTTP ${status} for ${what} is made once more with the minimum`,
    async (t) => {
      const { start, provider } = await programWorld(t);
      Object.assign(provider.server, { grant_types_supported: ["authorization_code", deviceCodeGrant] });
      provider.answer.register = (asked) =>
        refuses(asked) ? json({ error: "invalid_client_metadata" }, status) : undefined;
      const answer = await (await start()).call("echo");
      assert.deepEqual([answer, provider.count("register")], ["{}", 2]);
    },
  ]),
  "a registration that is refused altogether is told by the first reason, after one more try": async (t) => {
    const provider = await startProvider(t);
    let times = 0;
    provider.answer.register = () => json({ error: times++ === 0 ? "invalid_client_metadata" : "another" }, 400);
    const failure = await failureOf(() => connectedEditor(t, provider));
    assert.deepEqual(
      [failure, times],
      [
        {
          code: "registration_refused",
          facts: { issuer: provider.issuer, status: 400, error: "invalid_client_metadata" },
        },
        2,
      ],
    );
  },
  ...Object.fromEntries(
    [401, 403, 404, 429, 500].map((status) => [
      `a registration that is refused with HTTP ${status} is not asked for again`,
      async (t: TestContext) => {
        const provider = await startProvider(t);
        provider.answer.register = () => json({ error: "access_denied" }, status);
        const { code } = (await failureOf(() => connectedEditor(t, provider))) as { code: string };
        const told = status === 429 || status === 500 ? "authorization_server_down" : "registration_refused";
        assert.deepEqual([code, provider.count("register")], [told, 1]);
      },
    ]),
  ),
};

const tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47";

/** Entra's metadata for people of many tenants. */
function manyTenantsServer(t: TestContext, provider: FakeAuthorizationServer, path: string): string {
  const origin = "https://login.microsoftonline.com";
  const issuer = `${origin}/${path}/v2.0`;
  const named = { issuer: `${origin}/{tenantid}/v2.0`, scopes_supported: ["openid", "profile"] };
  const endpoints = { authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token` };
  const registration = { registration_endpoint: `${issuer}/register` };
  provider.answer["openid-configuration"] = () => json({ ...named, ...endpoints, ...registration });
  withoutIss(provider);
  routeMicrosoft(t, provider);
  return issuer;
}

const manyTenants: WorldTests = {
  ...eachPair(["organizations", "common", "consumers"], [tenant, undefined, "{tenantid}", "x/../y"], (path, tid) => [
    `Entra's ${path} signs in; a token of the tenant ${tid} ${tid === tenant ? "names its person" : "names nobody"}`,
    async (t) => {
      const provider = await startProvider(t);
      const issuer = manyTenantsServer(t, provider, path);
      idTokenOf(provider, { tid, iss: `https://login.microsoftonline.com/${tid}/v2.0` });
      const { world, id } = await connectedEditor(t, provider, (gateway) => {
        gateway.instead = resourceMetadata(gateway, { authorization_servers: [issuer] });
      });
      const connection = world.gateways.find(id);
      const tokens = connection && (await world.gateways.storedTokens(connection));
      assert.deepEqual(
        [await world.call(id, "echo"), tokens?.server.issuer, tokens?.account.label === "Ada"],
        ["{}", issuer, tid === tenant],
      );
    },
  ]),
  "another host that names a template is told both issuers": async (t) => {
    const provider = await startProvider(t);
    Object.assign(provider.server, { issuer: `${provider.issuer}/{tenantid}/v2.0` });
    const { code } = (await failureOf(() => connectedEditor(t, provider))) as { code: string };
    assert.equal(code, "issuer_mismatch");
  },
};

const severalServers: WorldTests = Object.fromEntries(
  (
    [
      ["cannot be reached", () => "http://127.0.0.1:9"],
      ["is no address", () => "nowhere"],
      ["is not safe", () => "http://idp.example"],
      ["is another's", (_, other) => `${other.issuer}/tenant`],
      ["takes no new client", (_, other) => other.issuer],
    ] as readonly (readonly [string, (gateway: WorldGateway, other: FakeAuthorizationServer) => string])[]
  ).map(([what, first]) => [
    `the first authorization server ${what}: the second signs in`,
    async (t: TestContext) => {
      const [provider, other] = [await startProvider(t), await startProvider(t)];
      Object.assign(other.server, { registration_endpoint: undefined });
      const { world, id } = await connectedEditor(t, provider, (gateway) => {
        const servers = [first(gateway, other), provider.issuer];
        gateway.instead = resourceMetadata(gateway, { authorization_servers: servers });
      });
      assert.deepEqual([await world.call(id, "echo"), provider.count("token"), other.count("token")], ["{}", 1, 0]);
    },
  ]),
);

/** How identity providers and gateways were seen to say where to sign in, and as which client. */
worldRows([
  {
    row: "P8",
    kind: 3,
    otherSide: '`"revocation_endpoint": ""`; an `end_session_endpoint` with http',
    right: "an endpoint that this act does not need is dropped, and told by Explain Access",
    source: "own variation",
    at03c8530: "✗",
    tests: unneededEndpoints,
  },
  {
    row: "P9",
    kind: 1,
    otherSide: "no metadata of RFC 9728; that of RFC 8414 at the MCP server's own origin",
    right: "it is used (MCP 2025-03-26, authorization base URL); the default endpoints too",
    source: "amazon-q-developer-cli#3638 (mcp.atlassian.com), official suite",
    at03c8530: "✗",
    tests: withoutResourceMetadata,
  },
  {
    row: "P10",
    kind: 1,
    otherSide: "`resource_metadata` with http:// behind a TLS proxy, or relative",
    right: "it is not followed; the well-known place at the gateway's own origin is tried; words name the gateway",
    source: "agentgateway#449, tuist#9663, microsoft/mcp#1214",
    at03c8530: "~",
    tests: unusableMetadataAddress,
  },
  {
    row: "P23",
    kind: 3,
    otherSide:
      "`authorization_servers` names the metadata of an issuer (`…/.well-known/openid-configuration`) in its place",
    right: "the issuer is meant, whose metadata has to say that it is this one (RFC 8414, 3.3)",
    source: "own variation of modelcontextprotocol/inspector#563, anomalyco/opencode#44790",
    at03c8530: "not tried; later ✗ “cannot be reached”",
    tests: namedDocuments,
  },
  {
    row: "P11",
    kind: 3,
    otherSide: "registration refused for something optional (a grant type that it advertises itself)",
    right: "once more with the minimum",
    source: "glewlwyd 2.7",
    at03c8530: "✗",
    tests: pickyRegistration,
  },
  {
    row: "P15",
    kind: 3,
    otherSide: "Entra `/organizations/v2.0`: the metadata's issuer has `{tenantid}`",
    right: "accepted for Microsoft's hosts when the token's `tid` fills it; else words that say what to configure",
    source: "codex#38973",
    at03c8530: "~",
    tests: manyTenants,
  },
  {
    row: "P17",
    kind: 3,
    otherSide: "metadata with numbers or text where lists belong",
    right: "absent, or told as the provider's fault",
    source: "adversarial",
    at03c8530: "✗ “unexpected”",
    tests: oddLists,
  },
  {
    row: "P19",
    kind: 4,
    otherSide: "a gateway names several authorization servers, and the first is gone or takes no new client",
    right: "tried in turn (RFC 9728, 7.6 leaves the choice to the client)",
    source: "own variation",
    at03c8530: "✗ only the first",
    tests: severalServers,
  },
]);
