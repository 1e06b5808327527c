import assert from "node:assert/strict";
import { test } from "node:test";
import { Server } from "@modelcontextprotocol/server";
import { DISCOVER_TIMEOUT_MS } from "../../../src/mcp/negotiateEra.ts";
import type { Json } from "../../../src/mcp/passThrough.ts";
import { connectTo, soon, type UpstreamServer, upstreamServer } from "../../support/mcpKernel.ts";

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
