import assert from "node:assert/strict";
import { test } from "node:test";
import { Server } from "@modelcontextprotocol/server";
import { createStateless, IDLE_MS } from "../../../../src/gateway/mcp/stateless.ts";
import { createBackOff } from "../../../../src/gateway/router/backOff.ts";
import { createCatalogue } from "../../../../src/gateway/router/catalogue.ts";
import { createProcesses } from "../../../../src/gateway/router/processes.ts";
import type { Target } from "../../../../src/gateway/router/target.ts";
import { until } from "../../../support/until.ts";
import { askedOverWeb } from "../../../support/webExchange.ts";

/** Callers without sessions, a target that counts who connects, and a clock that is moved by hand. */
function startWorld() {
  const state = { now: 0, connected: 0, ended: 0 };
  const target: Target = {
    kind: "inProcess",
    name: "t",
    create: () => {
      state.connected++;
      const server = new Server({ name: "t", version: "1" }, { capabilities: { tools: { listChanged: true } } });
      server.setRequestHandler("tools/list", async () => ({ tools: [] }));
      server.setRequestHandler("tools/call", async () => ({ content: [] }));
      server.onclose = () => void state.ended++;
      return server;
    },
  };
  const settings = {
    targets: [target],
    listTimeoutMs: 1000,
    callTimeoutMs: 1000,
    pageSize: 0,
    searchType: undefined,
    exceptionLevel: undefined,
    instructions: undefined,
  };
  const stateless = createStateless({
    info: { name: "test", version: "1" },
    settings: () => settings,
    catalogue: createCatalogue(),
    backOff: createBackOff(),
    processes: createProcesses(),
    now: () => state.now,
    log: () => {},
  });
  const from = (subject: string, client: string | undefined = "c") => ({
    principal: subject,
    caller: { issuer: "i", subject, client, scopes: [] },
    claims: () => undefined,
    revision: null,
    report: () => {},
    judged: () => {},
  });
  const call = async (who: ReturnType<typeof from>) =>
    await stateless.answerSessionless({ method: "tools/call", params: { name: "t___x" }, options: {} }, who);
  return { state, stateless, from, call };
}

test("calls of one caller without a session share a connection, and another person or client has another", async () => {
  const { state, stateless, from, call } = startWorld();
  await Promise.all(Array.from({ length: 20 }, () => call(from("ada"))));
  const own = state.connected;
  await call(from("eve"));
  await call(from("ada", "another"));
  await stateless.close();
  assert.deepEqual({ own, all: state.connected }, { own: 1, all: 3 });
});

test("connections that nobody used for a while are closed, and those of a call that is open are not", async () => {
  const { state, stateless, from, call } = startWorld();
  await call(from("ada"));
  state.now = IDLE_MS - 1;
  await call(from("eve"));
  stateless.sweep();
  const before = state.ended;
  state.now = IDLE_MS;
  stateless.sweep();
  await until(() => state.ended > 0, "the end of ada's");
  const after = state.ended;
  await stateless.close();
  assert.deepEqual({ before, after }, { before: 0, after: 1 });
});

test("what listens for the changes of the targets is closed when nobody has listened for a while", async () => {
  const { state, stateless, from } = startWorld();
  const listening = new AbortController();
  const meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": { name: "raw", version: "1" },
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  const params = { notifications: { toolsListChanged: true }, _meta: meta };
  const body = { jsonrpc: "2.0", id: 1, method: "subscriptions/listen", params };
  const headers = {
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
    "mcp-protocol-version": "2026-07-28",
    "mcp-method": "subscriptions/listen",
  };
  const request = new Request("http://gateway/mcp", { method: "POST", headers, signal: listening.signal });
  const { status } = await askedOverWeb((asked) => stateless.handle(asked, body, from("ada")), request);
  await until(() => state.connected === 1, "the connection");
  state.now = 10 * IDLE_MS;
  stateless.sweep();
  const during = state.ended;
  listening.abort();
  stateless.sweep();
  const atOnce = state.ended;
  state.now += IDLE_MS;
  stateless.sweep();
  await until(() => state.ended === 1, "its end");
  await stateless.close();
  assert.deepEqual({ status, during, atOnce }, { status: 200, during: 0, atOnce: 0 });
});
