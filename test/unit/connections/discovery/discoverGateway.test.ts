import assert from "node:assert/strict";
import { test } from "node:test";
import { discoverGateway } from "../../../../src/connections/discovery/discoverGateway.ts";
import type { GatewaySettings } from "../../../../src/connections/settings/readGatewaySettings.ts";
import { DISCOVERY_TIMEOUT_MS } from "../../../../src/lib/limits.ts";
import { failureOf, fakeNetwork, html, json } from "../../../support/fakePorts.ts";
import { resolvedGateway } from "../../../support/resolved.ts";

const origin = "https://gw.example.com";
const url = `${origin}/mcp`;
const metadataUrl = "https://gw.example.com/.well-known/oauth-protected-resource";
const insertedUrl = `${metadataUrl}/mcp`;
const issuer = "https://login.example.com";
const other = "https://other.example.com";

const serverOf = (name: string, more: Readonly<Record<string, unknown>> = {}) => ({
  issuer: name,
  authorization_endpoint: `${name}/authorize`,
  token_endpoint: `${name}/token`,
  ...more,
});

interface World {
  readonly challenge?: string;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  readonly settings?: Partial<GatewaySettings>;
  readonly server?: Readonly<Record<string, unknown>>;
}

function start(options: World = {}) {
  const { challenge = "Bearer", server = serverOf(issuer) } = options;
  const { metadata } = { metadata: { resource: url, authorization_servers: [issuer] }, ...options };
  const network = fakeNetwork({
    [url]: json({}, 401, { "www-authenticate": challenge }),
    ...(metadata && { [insertedUrl]: json(metadata) }),
    [`${issuer}/.well-known/oauth-authorization-server`]: json(server),
    [`${other}/.well-known/oauth-authorization-server`]: json(serverOf(other)),
  });
  const asked: string[] = [];
  const resolved = resolvedGateway(options.settings);
  const resolve = (address: string) => {
    asked.push(address);
    return resolved;
  };
  const discover = () => discoverGateway([new URL(url)], resolve, { fetch: network.fetch });
  return { discover, asked, resolved, urls: network.urls };
}

/** The part of what was discovered that a table of cases is about. */
async function found(options: World): Promise<unknown> {
  const discovered = await start(options).discover();
  if (discovered.kind === "open") return "open";
  const { server, resource, scopes } = discovered;
  return { issuer: server.issuer, resource, scopes };
}

test("from the address to who signs people in, with the settings of the address that answered", async () => {
  const { discover, asked, resolved, urls } = start();
  assert.deepEqual(
    { found: await discover(), asked, urls: urls() },
    {
      found: { kind: "protected", url, server: serverOf(issuer), resource: url, scopes: [], resolved },
      asked: [url],
      urls: [url, insertedUrl, `${issuer}/.well-known/oauth-authorization-server`],
    },
  );
});

test("a gateway that asks nobody to sign in is not asked for more", async () => {
  const { fetch, urls } = fakeNetwork({ [url]: json({ jsonrpc: "2.0", id: 0, result: {} }) });
  assert.deepEqual(
    { found: await discoverGateway([new URL(url)], () => resolvedGateway(), { fetch }), urls: urls() },
    { found: { kind: "open", url }, urls: [url] },
  );
});

test("what is configured goes before what the gateway says", async () => {
  assert.deepEqual(
    {
      issuer: await found({ settings: { issuer: other } }),
      resource: await found({ settings: { resource: "https://other.example.com/mcp" } }),
      noResource: await found({ settings: { resource: false } }),
    },
    {
      issuer: { issuer: other, resource: url, scopes: [] },
      resource: { issuer, resource: "https://other.example.com/mcp", scopes: [] },
      noResource: { issuer, resource: undefined, scopes: [] },
    },
  );
});

test("metadata that is missing is made up for by a configured issuer only; metadata that is wrong by nothing", async () => {
  const wrong = { resource: "https://evil.example/mcp", authorization_servers: [issuer] };
  const own = ["oauth-authorization-server", "openid-configuration"].map((name) => `${origin}/.well-known/${name}`);
  const mismatch = {
    code: "resource_mismatch",
    facts: { metadataUrl: insertedUrl, expected: url, found: "https://evil.example/mcp" },
  };
  assert.deepEqual(
    {
      missing: await failureOf(start({ metadata: undefined, settings: { clientId: "app" } }).discover),
      configured: await found({ metadata: undefined, settings: { issuer } }),
      wrong: await failureOf(start({ metadata: wrong }).discover),
      wrongConfigured: await failureOf(start({ metadata: wrong, settings: { issuer } }).discover),
    },
    {
      missing: { code: "resource_metadata_missing", facts: { url, tried: [insertedUrl, metadataUrl, ...own] } },
      configured: { issuer, resource: undefined, scopes: [] },
      wrong: mismatch,
      wrongConfigured: mismatch,
    },
  );
});

test("metadata that names no authorization server says so, unless one is configured", async () => {
  const metadata = { resource: url };
  assert.deepEqual(
    {
      unknown: await failureOf(start({ metadata }).discover),
      configured: await found({ metadata, settings: { issuer } }),
    },
    {
      unknown: { code: "authorization_server_missing", facts: { metadataUrl: insertedUrl } },
      configured: { issuer, resource: url, scopes: [] },
    },
  );
});

test("scopes are those configured, else of the challenge, else of the metadata, with what names and renews", async () => {
  const challenge = 'Bearer scope="challenged openid"';
  const metadata = { resource: url, authorization_servers: [issuer], scopes_supported: ["supported"] };
  const server = serverOf(issuer, { scopes_supported: ["openid", "offline_access", "email"] });
  const scopes = async (options: World) => ((await found({ metadata, ...options })) as { scopes: unknown }).scopes;
  assert.deepEqual(
    {
      configured: await scopes({ challenge, server, settings: { scopes: ["mine"] } }),
      configuredNone: await scopes({ challenge, server, settings: { scopes: [] } }),
      challenged: await scopes({ challenge, server }),
      supported: await scopes({ server }),
      notOffered: await scopes({ challenge }),
    },
    {
      configured: ["mine"],
      configuredNone: [],
      challenged: ["challenged", "openid", "offline_access"],
      supported: ["supported", "openid", "offline_access"],
      notOffered: ["challenged", "openid"],
    },
  );
});

test("what is wrong with the address or the provider stops the discovery there", async () => {
  const { fetch } = fakeNetwork({ [url]: html(404) });
  assert.deepEqual(
    [
      await failureOf(() => discoverGateway([new URL(url)], () => resolvedGateway(), { fetch })),
      await failureOf(
        start({ server: serverOf(issuer, { token_endpoint: "http://login.example.com/token" }) }).discover,
      ),
    ],
    [
      { code: "gateway_not_found", facts: { url } },
      { code: "endpoint_insecure", facts: { name: "token_endpoint", url: "http://login.example.com/token" } },
    ],
  );
});

test("all of it together has one limit, after which nothing more is asked, and which is told as what did not answer", async (t) => {
  const limit = new AbortController();
  const { timeout } = AbortSignal;
  t.mock.method(AbortSignal, "timeout", (ms: number) =>
    ms === DISCOVERY_TIMEOUT_MS ? limit.signal : timeout.call(AbortSignal, ms),
  );
  const network = fakeNetwork({
    [url]: json({}, 401, { "www-authenticate": "Bearer" }),
    [insertedUrl]: json({ resource: url, authorization_servers: [issuer] }),
  });
  let silent = 0;
  const fetch = async (at: string | URL, init: RequestInit = {}) => {
    if (new URL(at).origin !== issuer) return await network.fetch(at, init);
    init.signal?.throwIfAborted();
    silent++;
    // An identity provider that takes the connection and says nothing.
    limit.abort(new DOMException("too late", "TimeoutError"));
    init.signal?.throwIfAborted();
    throw new Error("the limit did not reach the request");
  };
  const failure = await failureOf(() => discoverGateway([new URL(url)], () => resolvedGateway(), { fetch }));
  assert.deepEqual(
    { code: (failure as { code: string }).code, silent },
    { code: "authorization_server_unreachable", silent: 1 },
  );
});

test("the gateway is asked by its own way, and the identity provider by the other", async () => {
  const { resolved } = start();
  const toGateway: string[] = [];
  const toOthers: string[] = [];
  const network = fakeNetwork({
    [url]: json({}, 401, { "www-authenticate": "Bearer" }),
    [insertedUrl]: json({ resource: url, authorization_servers: [issuer] }),
    [`${issuer}/.well-known/oauth-authorization-server`]: json(serverOf(issuer)),
  });
  const way = (seen: string[]) => (at: string | URL, init?: RequestInit) => {
    seen.push(new URL(at).origin);
    return network.fetch(at, init);
  };
  const ways = { fetch: way(toOthers), gatewayFetch: way(toGateway) };
  await discoverGateway([new URL(url)], () => resolved, ways);
  assert.deepEqual({ toGateway: [...new Set(toGateway)], toOthers }, { toGateway: [origin], toOthers: [issuer] });
});

test("a gateway that cannot be reached is told by its region where AgentCore has none, and nowhere else", async () => {
  const asked: string[] = [];
  const failureAt = async (host: string) => {
    const fetch = async (at: unknown) => {
      asked.push(String(at));
      throw Object.assign(new Error("fetch failed"), { cause: Object.assign(new Error(), { code: "ENOTFOUND" }) });
    };
    const failure = await failureOf(() =>
      discoverGateway([new URL(`https://${host}/mcp`)], () => resolvedGateway(), { fetch: fetch as never }),
    );
    const { code, facts } = failure as { readonly code: string; readonly facts: { readonly region?: string } };
    return [code, facts.region];
  };
  const gateway = "tools-a1b2c3d4e5.gateway.bedrock-agentcore";
  const hosts = {
    [`${gateway}.cn-north-1.amazonaws.com.cn`]: ["region_not_offered", "cn-north-1"],
    [`${gateway}.eusc-de-east-1.amazonaws.eu`]: ["region_not_offered", "eusc-de-east-1"],
    [`${gateway}.us-west-9.amazonaws.com`]: ["region_not_offered", "us-west-9"],
    "bedrock-agentcore.cn-northwest-1.amazonaws.com.cn": ["region_not_offered", "cn-northwest-1"],
    "agent-registry.eu-central-2.api.aws": ["region_not_offered", "eu-central-2"],
    [`${gateway}.us-east-1.amazonaws.com`]: ["gateway_unreachable", undefined],
    [`${gateway}.us-gov-west-1.amazonaws.com`]: ["gateway_unreachable", undefined],
    "gw.example.com": ["gateway_unreachable", undefined],
  };
  const found: Record<string, unknown> = {};
  for (const host of Object.keys(hosts)) found[host] = await failureAt(host);
  assert.deepEqual(found, hosts);
  // A region that AWS adds is used without an update of ours: each was asked before anything was said.
  assert.deepEqual(new Set(asked.map((at) => new URL(at).hostname)), new Set(Object.keys(hosts)));
});
