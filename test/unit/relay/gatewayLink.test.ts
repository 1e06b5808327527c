import assert from "node:assert/strict";
import { test } from "node:test";
import { Server } from "@modelcontextprotocol/server";
import { asFailure, GatewayFailure } from "../../../src/failures/failure.ts";
import { silentLog } from "../../../src/lib/log.ts";
import type { Json } from "../../../src/mcp/passThrough.ts";
import { CatalogueKeeper } from "../../../src/relay/catalogueKeeper.ts";
import { gatewayLink } from "../../../src/relay/gatewayLink.ts";
import { caller, recordingPeer, soon, upstreamServer } from "../../support/mcpKernel.ts";

const tools = [
  { name: "read", inputSchema: { type: "object" }, annotations: { readOnlyHint: true } },
  { name: "put", inputSchema: { type: "object" }, annotations: { idempotentHint: true } },
  { name: "pay", inputSchema: { type: "object" } },
];

/** The link of an editor to a gateway without a network, with what is kept of it. */
function startLink(era: "legacy" | "modern" = "legacy", protocol?: "2025-11-25" | "2026-07-28") {
  const server = upstreamServer(era, () => {
    const made = new Server({ name: "gate", version: "1" }, { capabilities: { tools: { listChanged: true } } });
    made.setRequestHandler("tools/list", async () => ({ tools }) as never);
    made.setRequestHandler("tools/call", async () => ({ content: [] }));
    return made;
  });
  const lines: string[] = [];
  const log = {
    ...silentLog,
    info: (line: string) => void lines.push(line),
    warn: (line: string) => void lines.push(line),
  };
  const keeper = new CatalogueKeeper({ read: () => undefined, write: async () => {} }, { now: () => 0, log });
  const gateway = { name: "Test", url: "https://gate.example/mcp" };
  const world = {
    gateway,
    ...(protocol && { protocolVersion: () => protocol }),
    access: server,
    keeper,
    log,
    now: () => 0,
    onConnected: () => {},
    onLost: () => {},
    onListChanged: () => {},
  };
  const link = gatewayLink(caller, recordingPeer().peer, world);
  const call = async (name: string) =>
    await link
      .request({ method: "tools/call", params: { name }, options: {} })
      .then(() => "answered")
      .catch((error: unknown) => asFailure(error).code);
  return { server, keeper, link, lines, call };
}

/** Loses the answer of the next call, as a proxy does that ends the connection. */
function loseNextCall(server: ReturnType<typeof startLink>["server"], reason: string): void {
  server.intercept = ({ method }: Json) => {
    if (method !== "tools/call") return undefined;
    server.intercept = undefined;
    const cause = new TypeError("fetch failed", { cause: Object.assign(new Error(), { code: reason }) });
    throw new GatewayFailure("gateway_unreachable", { url: "https://gate.example/mcp", reason }, { cause });
  };
}

test("a call is repeated when the gateway cannot have seen it, or when doing it twice does no harm", async ({
  mock,
}) => {
  const { server, link, call } = startLink();
  await link.list("tools/list");
  mock.timers.enable({ apis: ["setTimeout"] });
  const called = async (tool: string) => {
    let ending: string | undefined;
    void call(tool).then((one) => {
      ending = one;
    });
    for (let turn = 0; turn < 1000 && ending === undefined; turn++) {
      await soon();
      mock.timers.tick(100);
    }
    return ending;
  };
  const ended: string[] = [];
  for (const [tool, reason] of [
    ["pay", "ECONNREFUSED"],
    ["pay", "ECONNRESET"],
    ["read", "ECONNRESET"],
    ["put", "ECONNRESET"],
  ] as const) {
    loseNextCall(server, reason);
    ended.push(`${tool} ${reason} ${await called(tool)}`);
  }
  await link.end();
  assert.deepEqual(ended, [
    "pay ECONNREFUSED answered",
    "pay ECONNRESET gateway_connection_lost",
    "read ECONNRESET answered",
    "put ECONNRESET answered",
  ]);
});

for (const code of ["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"]) {
  test(`a call for which fetch waited in vain is not sent again, even if that does no harm: ${code}`, async () => {
    const { server, link, call } = startLink();
    await link.list("tools/list");
    loseNextCall(server, code);
    const ended = await call("read");
    await link.end();
    const calls = server.requested.filter((method) => method === "tools/call").length;
    assert.deepEqual({ ended, calls }, { ended: "gateway_connection_lost", calls: 1 });
  });
}

for (const [tool, status, text, calls] of [
  ["pay", 400, "Bad Request: Server not initialized", 2],
  ["pay", 500, "Session not found", 1],
  ["put", 500, "Session not found", 2],
] as const) {
  test(`a call of ${tool} that is refused with ${status} "${text}" is sent ${calls === 1 ? "once" : "once more"}`, async () => {
    const { server, link, call } = startLink();
    await link.list("tools/list");
    server.intercept = ({ method }: Json) => {
      if (method !== "tools/call") return undefined;
      server.intercept = undefined;
      return new Response(text, { status });
    };
    const ended = await call(tool);
    await link.end();
    assert.deepEqual(
      { ended, calls: server.requested.filter((method) => method === "tools/call").length },
      { ended: calls === 1 ? "gateway_connection_lost" : "answered", calls },
    );
  });
}

test("what the gateway is and lists is kept, and the era saves the question the next time", async () => {
  const { server, keeper, link } = startLink("modern");
  await link.list("tools/list");
  const kept = { era: keeper.current?.era, name: keeper.current?.serverInfo.name, tools: keeper.current?.tools.length };
  const first = server.requested.slice(0, 2);
  await link.end();
  assert.deepEqual(
    { kept, first },
    { kept: { era: "modern", name: "gate", tools: 3 }, first: ["server/discover", "subscriptions/listen"] },
  );
});

test("a gateway that is held to one revision is spoken to in that one", async () => {
  const { server, link } = startLink("legacy", "2025-11-25");
  await link.connect();
  await link.end();
  assert.equal(server.requested[0], "initialize");
});

test("a link that was closed fails as a lost connection", async () => {
  const { link, call } = startLink();
  await link.end();
  assert.equal(await call("read"), "gateway_connection_lost");
});

test("a list that the gateway does not end is told in the log once", async () => {
  const { server, link, lines } = startLink();
  server.intercept = ({ id, method }: Json) =>
    method === "tools/list" ? Response.json({ jsonrpc: "2.0", id, result: { tools, nextCursor: "again" } }) : undefined;
  const lists = [await link.list("tools/list"), await link.list("tools/list")].map(({ length }) => length);
  await link.end();
  assert.deepEqual(
    { lists, told: lines.filter((line) => line === "relay: the gateway does not end a list").length },
    { lists: [3, 3], told: 1 },
  );
});
