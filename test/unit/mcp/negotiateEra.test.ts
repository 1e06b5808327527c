import assert from "node:assert/strict";
import { test } from "node:test";
import { Server } from "@modelcontextprotocol/server";
import { saidEra } from "../../../src/mcp/clientFeatures.ts";
import { DISCOVER_TIMEOUT_MS } from "../../../src/mcp/negotiateEra.ts";
import type { Json } from "../../../src/mcp/passThrough.ts";
import type { Caller } from "../../../src/mcp/peer.ts";
import { caller, connectTo, soon, type UpstreamServer, upstreamServer } from "../../support/mcpKernel.ts";

const serverOf = (era: "legacy" | "modern") =>
  upstreamServer(era, () => new Server({ name: "up", version: "1" }, { capabilities: { tools: {} } }));

/** Answers one method so, and leaves the others to the server. */
function answering(server: UpstreamServer, asked: string, answer: (rpc: Json) => unknown): UpstreamServer {
  server.intercept = (rpc) => (rpc.method === asked ? (answer(rpc) as Response) : undefined);
  return server;
}

const connected = async (server: UpstreamServer, world: Parameters<typeof connectTo>[1] = {}) =>
  await connectTo(server, world).then(
    async ({ connection }) => {
      const { era } = connection;
      await connection.close({ endSession: false });
      return era;
    },
    (error: Error) => error.message,
  );

const count = ({ requested }: UpstreamServer, method: string) => requested.filter((one) => one === method).length;

const bodies: readonly (readonly [string, (rpc: Json) => BodyInit | null, string])[] = [
  ["nothing", () => null, "text/plain"],
  ["a text", () => "no", "text/plain"],
  ["a page", () => "<html>no</html>", "text/html"],
  ["an object", () => '{"message":"Forbidden"}', "application/json"],
  [
    "an error",
    ({ id }) => JSON.stringify({ jsonrpc: "2.0", id, error: { code: -32601, message: "no" } }),
    "application/json",
  ],
  [
    "an error of no request",
    () => JSON.stringify({ jsonrpc: "2.0", id: null, error: { code: -32600, message: "no" } }),
    "application/json",
  ],
];

for (const [what, body, type] of bodies) {
  test(`a server of the earlier era that answers server/discover with ${what} is initialised once, whatever the status`, async () => {
    const statuses = [200, 400, 401, 403, 404, 405, 406, 415, 422, 500, 501, 502, 503, 504];
    const found = await Promise.all(
      statuses.map(async (status) => {
        const answer = (rpc: Json) => new Response(body(rpc), { status, headers: { "content-type": type } });
        const server = answering(serverOf("legacy"), "server/discover", answer);
        return [status, await connected(server), count(server, "initialize")];
      }),
    );
    assert.deepEqual(
      found,
      statuses.map((status) => [status, "legacy", 1]),
    );
  });
}

for (const [what, result] of [
  ["a result of another kind", (id: unknown) => ({ jsonrpc: "2.0", id, result: { tools: [] } })],
  ["a result under another id", () => ({ jsonrpc: "2.0", id: 77, result: {} })],
  ["a notification", () => ({ jsonrpc: "2.0", method: "notifications/message", params: {} })],
  ["what is no message", () => ["?"]],
] as const) {
  test(`a server of the earlier era that answers server/discover with ${what} is initialised`, async () => {
    const server = answering(serverOf("legacy"), "server/discover", ({ id }) => Response.json(result(id)));
    assert.deepEqual([await connected(server), count(server, "initialize")], ["legacy", 1]);
  });
}

test("a server that closes the connection at server/discover is initialised", async () => {
  for (const code of ["ECONNRESET", "UND_ERR_SOCKET", "EPIPE"]) {
    const server = answering(serverOf("legacy"), "server/discover", () => {
      throw new TypeError("fetch failed", { cause: Object.assign(new Error("closed"), { code }) });
    });
    assert.equal(await connected(server), "legacy");
  }
});

test("a server that does not answer server/discover is initialised within ten seconds", async (context) => {
  assert.ok(DISCOVER_TIMEOUT_MS < 10_000);
  const server = answering(serverOf("legacy"), "server/discover", () => new Promise(() => {}));
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const connecting = connected(server, { connectTimeoutMs: 60_000 });
  await soon();
  context.mock.timers.tick(DISCOVER_TIMEOUT_MS);
  assert.equal(await connecting, "legacy");
});

test("a slow server of 2026-07-28 that refuses initialize has all the time to say its era", async (context) => {
  const server = serverOf("modern");
  let asked = 0;
  answering(server, "server/discover", () => (++asked === 1 ? new Promise(() => {}) : undefined));
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const connecting = connected(server, { connectTimeoutMs: 60_000 });
  await soon();
  context.mock.timers.tick(DISCOVER_TIMEOUT_MS);
  assert.deepEqual([await connecting, count(server, "server/discover")], ["modern", 2]);
});

test("nobody is asked in another era who was not reached, who needs a sign-in, or by whoever went away", async () => {
  const [refused, signIn, left] = [serverOf("legacy"), serverOf("legacy"), serverOf("legacy")];
  const leaving = new AbortController();
  answering(refused, "server/discover", () => {
    throw new TypeError("fetch failed", { cause: Object.assign(new Error("refused"), { code: "ECONNREFUSED" }) });
  });
  answering(signIn, "server/discover", () => {
    throw new RangeError("sign in");
  });
  answering(left, "server/discover", () => {
    leaving.abort();
    return new Response(null, { status: 503 });
  });
  await connected(refused);
  await connected(signIn);
  await connected(left, { signal: leaving.signal });
  assert.deepEqual(
    [refused, signIn, left].map((server) => [count(server, "server/discover"), count(server, "initialize")]),
    Array(3).fill([1, 0]),
  );
});

test("a server that is held to one revision is asked in that alone", async () => {
  const server = answering(serverOf("legacy"), "server/discover", () => new Response(null, { status: 503 }));
  await connected(server, { negotiation: { pin: "2026-07-28" } });
  assert.equal(count(server, "initialize"), 0);
});

test("a server that spoke the earlier era and refuses it now, in whatever way, is asked for its era", async () => {
  const found: unknown[] = [];
  for (const [status, text] of [
    [400, '{"jsonrpc":"2.0","id":null,"error":{"code":-32022,"message":"no"}}'],
    [404, ""],
    [404, '{"jsonrpc":"2.0","id":null,"error":{"code":-32601,"message":"Method not found"}}'],
    [405, ""],
    [500, "no"],
    [200, "<html>"],
  ] as const) {
    const server = answering(serverOf("modern"), "initialize", () => new Response(text, { status }));
    found.push([await connected(server, { era: "legacy" }), server.requested.slice(0, 2)]);
  }
  assert.deepEqual(found, Array(6).fill(["modern", ["initialize", "server/discover"]]));
});

/** A server that answers each request in the era that it comes in. */
function serverOfBoth({ sessions = true } = {}): UpstreamServer {
  const [modern, legacy] = [serverOf("modern"), serverOf("legacy")];
  legacy.intercept = (rpc, init) => {
    const isModern = new Headers(init.headers).get("mcp-protocol-version") === "2026-07-28";
    if (isModern) return modern.fetch("https://up.example/mcp", init) as unknown as Response;
    if (sessions) return undefined;
    if (rpc.id === undefined) return new Response(null, { status: init.method === "POST" ? 202 : 405 });
    const result = { protocolVersion: "2025-11-25", capabilities: {}, serverInfo: { name: "up", version: "1" } };
    return Response.json({ jsonrpc: "2.0", id: rpc.id, result });
  };
  return legacy;
}

const inSession = { ...caller, hasSession: true };

test("a caller with a session that can be asked gets a session of a server of both eras, and no other caller does", async () => {
  const found = await Promise.all(
    [inSession, caller, { ...inSession, capabilities: { experimental: {} } }].map(async (one) => {
      const server = serverOfBoth();
      return [await connected(server, { caller: one }), server.requested[0]];
    }),
  );
  assert.deepEqual(found, [
    ["legacy", "initialize"],
    ["modern", "server/discover"],
    ["modern", "server/discover"],
  ]);
});

test("such a caller is connected without a session where the server opens none, or has none", async () => {
  const sessionless = serverOfBoth({ sessions: false });
  const modern = serverOf("modern");
  const silent = answering(serverOf("modern"), "initialize", () => {
    throw new TypeError("fetch failed");
  });
  const found = [];
  for (const server of [sessionless, modern, silent]) found.push(await connected(server, { caller: inSession }));
  assert.deepEqual(found, ["modern", "modern", "modern"]);
  assert.deepEqual(
    [modern, silent].map((server) => [count(server, "initialize"), count(server, "server/discover")]),
    [
      [1, 1],
      [1, 1],
    ],
  );
});

test("a server of the earlier era without sessions stays connected when it does not say its era", async () => {
  const server = serverOfBoth({ sessions: false });
  const { intercept } = server;
  server.intercept = (rpc, init) =>
    rpc.method === "server/discover" ? (new Response("no", { status: 500 }) as never) : intercept?.(rpc, init);
  assert.equal(await connected(server, { caller: inSession }), "legacy");
});

test("what a server is remembered for is what it was asked: a session that it gave says nothing of 2026-07-28", () => {
  const eraAfter = (one: Caller, era: "legacy" | "modern", sessionId?: string) => saidEra(one, { era, sessionId });
  assert.deepEqual(
    [
      eraAfter(inSession, "legacy", "s"),
      eraAfter(inSession, "legacy"),
      eraAfter(inSession, "modern"),
      eraAfter(caller, "legacy", "s"),
    ],
    [undefined, "legacy", "modern", "legacy"],
  );
});
