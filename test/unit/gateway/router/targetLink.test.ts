import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { Server } from "@modelcontextprotocol/server";
import { createBackOff } from "../../../../src/gateway/router/backOff.ts";
import { createCatalogue } from "../../../../src/gateway/router/catalogue.ts";
import { createProcesses } from "../../../../src/gateway/router/processes.ts";
import { createRouter } from "../../../../src/gateway/router/router.ts";
import type { Json } from "../../../../src/mcp/passThrough.ts";
import { nobody } from "../../../../src/mcp/peer.ts";
import { type UpstreamServer, upstreamServer } from "../../../support/mcpKernel.ts";

/** A router with one target over HTTP, which is played by the test. */
async function startRouter(era: "legacy" | "modern", make: () => Server) {
  const target = upstreamServer(era, make);
  const http = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const gone = new AbortController();
    outgoing.once("close", () => gone.abort());
    const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)] as [string, string]);
    const body = chunks.length > 0 ? Buffer.concat(chunks).toString() : undefined;
    const method = incoming.method ?? "GET";
    const response = await target.fetch(TARGET_URL, { method, headers, signal: gone.signal, ...(body && { body }) });
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.flushHeaders();
    const reader = response.body?.getReader();
    gone.signal.addEventListener("abort", () => void reader?.cancel().catch(() => {}));
    for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) outgoing.write(next.value);
    outgoing.end();
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`;
  const logged: string[] = [];
  const settings = {
    targets: [{ kind: "http", name: "up", url }] as const,
    ...{ listTimeoutMs: 5000, callTimeoutMs: 5000, pageSize: 0, searchType: undefined, exceptionLevel: undefined },
  };
  const router = createRouter(
    { capabilities: {}, peer: nobody, hearsChanges: false, caller: undefined },
    {
      info: { name: "gateway", version: "1" },
      settings: () => settings,
      catalogue: createCatalogue(),
      backOff: createBackOff(),
      processes: createProcesses(),
      now: () => 0,
      log: (message, facts) => void logged.push(`${message} ${JSON.stringify(facts)}`),
    },
  );
  const ask = async (method: string, params?: Json) => await router.handle({ method, params, options: {} });
  const stop = async () => {
    await router.close();
    http.closeAllConnections();
    http.close();
  };
  return { target, ask, logged, stop };
}

const TARGET_URL = "http://up.example/mcp";

function serverWith(list: (params: Json | undefined) => Json): Server {
  const server = new Server({ name: "up", version: "1" }, { capabilities: { tools: {} } });
  server.setRequestHandler("tools/list", async ({ params }) => list(params as Json | undefined) as never);
  server.setRequestHandler("tools/call", async () => ({ content: [{ type: "text" as const, text: "called" }] }));
  return server;
}

const countOf = ({ requested }: UpstreamServer, method: string) => requested.filter((one) => one === method).length;

test("a target that refuses the headers of a call is called again as its tool is now, for any caller", async () => {
  const inputSchema: { type: string; properties: Json } = {
    type: "object",
    properties: { region: { type: "string" } },
  };
  const { target, ask, stop } = await startRouter("modern", () =>
    serverWith(() => ({ tools: [{ name: "x", inputSchema }] })),
  );
  await ask("tools/list");
  inputSchema.properties = { region: { type: "string", "x-mcp-header": "Region" } };
  // The SDK's server checks the headers of a call by what its tool declares; here the test does.
  const sent: (string | null)[] = [];
  target.intercept = ({ id, method }, init) => {
    if (method !== "tools/call") return undefined;
    const region = new Headers(init.headers).get("mcp-param-region");
    sent.push(region);
    const error = { code: -32020, message: "The header Mcp-Param-Region is missing" };
    return region === null ? Response.json({ jsonrpc: "2.0", id, error }, { status: 400 }) : undefined;
  };
  const { content } = await ask("tools/call", { name: "up___x", arguments: { region: "eu" } });
  await ask("tools/call", { name: "up___x", arguments: { region: "us" } });
  await stop();
  assert.deepEqual({ content, sent }, { content: [{ type: "text", text: "called" }], sent: [null, "eu", "us"] });
});

test("a list whose next cursor is null is read once", async () => {
  const { target, ask, logged, stop } = await startRouter("legacy", () =>
    serverWith(() => ({ tools: [{ name: "x", inputSchema: { type: "object" } }], nextCursor: null })),
  );
  target.intercept = ({ id, method }) =>
    method === "tools/list"
      ? Response.json({
          jsonrpc: "2.0",
          id,
          result: { tools: [{ name: "x", inputSchema: { type: "object" } }], nextCursor: null },
        })
      : undefined;
  const { tools } = await ask("tools/list");
  await stop();
  assert.deepEqual(
    { tools: (tools as Json[]).length, read: countOf(target, "tools/list"), logged },
    { tools: 1, read: 1, logged: [] },
  );
});

test("a list whose cursor comes again ends, and the log says so once", async () => {
  const { target, ask, logged, stop } = await startRouter("legacy", () =>
    serverWith(() => ({ tools: [{ name: "x", inputSchema: { type: "object" } }], nextCursor: "again" })),
  );
  await ask("tools/list");
  await ask("tools/list");
  await stop();
  assert.deepEqual(
    { read: countOf(target, "tools/list"), logged },
    { read: 4, logged: ['list not ended {"target":"up","method":"tools/list","reason":"cursor repeated"}'] },
  );
});

test("a target that says with 400 that it forgot the session is initialised again, and sessions end with their caller", async () => {
  const { target, ask, stop } = await startRouter("legacy", () => serverWith(() => ({ tools: [] })));
  await ask("tools/call", { name: "up___x" });
  target.sessions.clear();
  target.intercept = ({ method }) => {
    if (method !== "tools/call") return undefined;
    target.intercept = undefined;
    return new Response("Bad Request: No valid session ID provided", { status: 400 });
  };
  const { isError } = await ask("tools/call", { name: "up___x" });
  const open = target.sessions.size;
  await stop();
  assert.deepEqual(
    { isError, opened: countOf(target, "initialize"), open, left: target.sessions.size },
    { isError: undefined, opened: 2, open: 1, left: 0 },
  );
});
