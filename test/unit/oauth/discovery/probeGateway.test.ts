import assert from "node:assert/strict";
import { test } from "node:test";
import { probeGateway } from "../../../../src/oauth/discovery/probeGateway.ts";
import { failureOf, fakeNetwork, html, json, networkError } from "../../../support/fakePorts.ts";

const url = "https://gw.example.com/mcp";
const rpcError = { jsonrpc: "2.0", id: 0, error: { code: -32001, message: "no" } };
const rpcResult = { jsonrpc: "2.0", id: 0, result: {} };

/** What one answer is taken for. */
async function found(answer: Response | Error): Promise<unknown> {
  const { fetch } = fakeNetwork({ [url]: answer });
  let seen: unknown;
  const failure = await failureOf(async () => {
    const { kind, ...rest } = await probeGateway([new URL(url)], { fetch });
    seen = "challenge" in rest ? { kind, challenge: rest.challenge } : { kind };
  });
  return seen ?? failure;
}

test("a 401 means a protected gateway, with or without a challenge", async () => {
  const header = 'Bearer scope="read", resource_metadata="https://gw.example.com/prm"';
  assert.deepEqual(
    [
      await found(json(rpcError, 401, { "www-authenticate": header })),
      await found(json(rpcError, 401, { "www-authenticate": "Basic realm=x" })),
      await found(html(401)),
      // Some refuse an absent token as a missing scope.
      await found(json(rpcError, 403, { "www-authenticate": header })),
    ],
    [
      { kind: "protected", challenge: { scopes: ["read"], resourceMetadata: "https://gw.example.com/prm" } },
      { kind: "protected", challenge: undefined },
      { kind: "protected", challenge: undefined },
      { kind: "protected", challenge: { scopes: ["read"], resourceMetadata: "https://gw.example.com/prm" } },
    ],
  );
});

test("a JSON-RPC answer means an open gateway, be it a refusal of this revision", async () => {
  const stream = new Response("data: {}\n\n", { headers: { "content-type": "text/event-stream; charset=utf-8" } });
  assert.deepEqual(
    [await found(json(rpcResult)), await found(json(rpcError, 400)), await found(stream)],
    [{ kind: "open" }, { kind: "open" }, { kind: "open" }],
  );
});

test("the first question is a request of the newest revision, and one of the earlier ones follows where it is not understood", async () => {
  const answers: Readonly<Record<string, Response | Error>> = {
    result: json(rpcResult),
    error: json(rpcError, 400),
    "of the newest revision": json({ ...rpcError, error: { code: -32022, message: "no" } }, 400),
    "403": json(rpcError, 403),
    "500": html(500),
    "401 about a session": json({ error: "Session not found" }, 401),
  };
  const asked: Record<string, unknown> = {};
  for (const [what, answer] of Object.entries(answers)) {
    const network = fakeNetwork({
      [url]: ({ body }) => (String(body).includes("server/discover") ? answer : json(rpcResult)),
    });
    const { kind } = await probeGateway([new URL(url)], network);
    const methods = network.requests.map(({ body }) => (JSON.parse(String(body)) as { method: string }).method);
    asked[what] = [kind, ...methods];
  }
  const network = fakeNetwork({ [url]: json(rpcResult) });
  await probeGateway([new URL(url)], network);
  const [{ headers = {}, body = "" } = {}] = network.requests;
  const { params } = JSON.parse(String(body)) as { params: { _meta: object } };
  assert.deepEqual(
    {
      asked,
      headers: [headers["mcp-protocol-version"], headers["mcp-method"]],
      meta: Object.keys(params._meta).map((key) => key.split("/")[1]),
    },
    {
      asked: {
        result: ["open", "server/discover"],
        error: ["open", "server/discover", "initialize"],
        "of the newest revision": ["open", "server/discover"],
        "403": ["open", "server/discover", "initialize"],
        "500": ["open", "server/discover", "initialize"],
        "401 about a session": ["open", "server/discover", "initialize"],
      },
      headers: ["2026-07-28", "server/discover"],
      meta: ["protocolVersion", "clientInfo", "clientCapabilities"],
    },
  );
});

test("an error to the first question says nothing about the second, which may ask for a sign-in", async () => {
  const network = fakeNetwork({
    [url]: ({ body }) => (String(body).includes("server/discover") ? json(rpcError, 400) : html(401)),
  });
  assert.equal((await probeGateway([new URL(url)], network)).kind, "protected");
});

test("everything else says what is wrong with the address", async () => {
  const web = (status: number, contentType: string) => ({
    code: "not_an_mcp_server",
    facts: { url, status, contentType },
  });
  const answers: [Response | Error, unknown][] = [
    [html(404), { code: "gateway_not_found", facts: { url } }],
    [json({ message: "no route" }, 404), { code: "gateway_not_found", facts: { url, words: "no route" } }],
    [html(200), web(200, "text/html")],
    [
      json({ message: "Missing Authentication Token" }, 400),
      {
        code: "not_an_mcp_server",
        facts: { url, status: 400, contentType: "application/json", words: "Missing Authentication Token" },
      },
    ],
    [json({ hello: "world" }), web(200, "application/json")],
    [json(null), web(200, "application/json")],
    [new Response("{", { headers: { "content-type": "application/json" } }), web(200, "application/json")],
    [
      new Response(null, { status: 302, headers: { location: "https://sso.example.com/?state=x" } }),
      {
        code: "not_an_mcp_server",
        facts: { url, status: 302, contentType: "", redirectsTo: "https://sso.example.com/" },
      },
    ],
    [json(rpcError, 403), { code: "gateway_forbidden", facts: { url, words: "no" } }],
    [html(403), { code: "gateway_forbidden", facts: { url } }],
    [html(429), { code: "gateway_error", facts: { url, status: 429 } }],
    [
      json({ message: "Rate exceeded" }, 429, { "retry-after": "30" }),
      { code: "gateway_error", facts: { url, status: 429, words: "Rate exceeded", retryAfterSeconds: 30 } },
    ],
    [
      new Response(null, { status: 503, headers: { "retry-after": "7" } }),
      { code: "gateway_error", facts: { url, status: 503, retryAfterSeconds: 7 } },
    ],
    [html(503), { code: "gateway_error", facts: { url, status: 503 } }],
    [json(rpcError, 500), { code: "gateway_error", facts: { url, status: 500, words: "no" } }],
    [networkError("CERT_HAS_EXPIRED"), { code: "tls_failed", facts: { url, reason: "CERT_HAS_EXPIRED" } }],
    [networkError("ENOTFOUND"), { code: "gateway_unreachable", facts: { url, reason: "ENOTFOUND" } }],
  ];
  assert.deepEqual(
    await Promise.all(answers.map(([answer]) => found(answer))),
    answers.map(([, expected]) => expected),
  );
});

test("a request that is left for another time shows neither an MCP server nor an outdated one, and is told as that", async () => {
  const events = new Response("event: endpoint\ndata: /m\n\n", { headers: { "content-type": "text/event-stream" } });
  const seen: Record<number, unknown> = {};
  for (const status of [400, 408, 425, 429]) {
    const network = fakeNetwork({ [url]: ({ method }) => (method === "GET" ? events : json(rpcError, status)) });
    const refused = fakeNetwork({ [url]: ({ method }) => (method === "GET" ? events : html(status)) });
    const told = async ({ fetch }: typeof network) =>
      await probeGateway([new URL(url)], { fetch }).then(
        ({ kind }) => kind,
        ({ code }: { code: string }) => code,
      );
    const found = [await told(network), await told(refused)];
    seen[status] = [
      ...found,
      [...network.requests, ...refused.requests].filter(({ method }) => method === "GET").length,
    ];
  }
  const later = ["gateway_error", "gateway_error", 0];
  assert.deepEqual(seen, { 400: ["open", "transport_outdated", 1], 408: later, 425: later, 429: later });
});

test("the next address is tried when the first is none, and the first failure is told when none is", async () => {
  const second = "https://gw.example.com/";
  const candidates = [new URL(url), new URL(second)];
  const good = fakeNetwork({ [second]: html(401) });
  const bad = fakeNetwork({ [second]: networkError("ECONNRESET") });
  assert.deepEqual(
    {
      found: (await probeGateway(candidates, good)).url.href,
      failure: await failureOf(() => probeGateway(candidates, bad)),
      asked: bad.requests.map(({ method, url }) => `${method} ${url}`),
    },
    {
      found: second,
      failure: { code: "gateway_not_found", facts: { url } },
      // The GET looks for the transport of 2024-11-05.
      asked: [`POST ${url}`, `POST ${url}`, `GET ${url}`, `POST ${second}`],
    },
  );
});

test("the transport of 2024-11-05 is known by its first event, and told also where another address is none", async () => {
  const events = (text: string) => new Response(text, { headers: { "content-type": "text/event-stream" } });
  const sse = "https://gw.example.com/sse";
  const said = async (stream: Response, status = 404) => {
    const { fetch } = fakeNetwork({ [sse]: ({ method }) => (method === "GET" ? stream : html(status)) });
    return (await failureOf(() => probeGateway([new URL(url), new URL(sse)], { fetch }))) as object;
  };
  const outdated = { code: "transport_outdated", facts: { url: sse } };
  const other = { code: "gateway_not_found", facts: { url } };
  assert.deepEqual(
    [
      await said(events("event: endpoint\ndata: /m\n\n")),
      await said(events(": hi\r\n\r\nid: 1\r\nevent:endpoint\r\n\r\n"), 405),
      await said(events("event: ping\n\nevent: endpoint\n\n")),
      await said(events("data: event: endpoint\n\n")),
      // More than anybody reads of it, and an end before the line's.
      await said(events(`${": wait\n".repeat(2000)}event: endpoint\n\n`)),
      await said(events("event: endpoint")),
      await said(html(200)),
      await said(events("event: endpoint\n\n"), 500),
    ],
    [outdated, outdated, other, other, other, other, other, other],
  );
});

const answersWithSession: readonly (readonly [string, () => Response])[] = [
  ["a document", () => json(rpcResult, 200, { "mcp-session-id": "s1" })],
  [
    "a stream",
    () => new Response("data: {}\n\n", { headers: { "content-type": "text/event-stream", "mcp-session-id": "s1" } }),
  ],
];
for (const [form, answer] of answersWithSession) {
  test(`a session that the probe opened by ${form} is closed, and a gateway that cannot close it is open all the same`, async () => {
    const network = fakeNetwork({
      [url]: ({ method }) => (method === "DELETE" ? networkError("ECONNRESET") : answer()),
    });
    const { kind } = await probeGateway([new URL(url)], network);
    assert.deepEqual(
      {
        kind,
        sent: network.requests.map(({ method, headers, redirect }) => [method, headers["mcp-session-id"], redirect]),
      },
      {
        kind: "open",
        sent: [
          ["POST", undefined, "manual"],
          ["DELETE", "s1", "manual"],
        ],
      },
    );
  });
}

test("cancelling ends the probe, and no further address is asked", async () => {
  const controller = new AbortController();
  const network = fakeNetwork({
    [url]: () => {
      controller.abort(new Error("cancelled"));
      return networkError("ECONNRESET");
    },
  });
  const probe = probeGateway([new URL(url), new URL("https://gw.example.com/")], {
    ...network,
    signal: controller.signal,
  });
  await assert.rejects(probe, { message: "cancelled" });
  assert.deepEqual(network.urls(), [url]);
});
