import assert from "node:assert/strict";
import { test } from "node:test";
import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/client";
import { PROTOCOL_VERSION_META_KEY } from "@modelcontextprotocol/client";
import { emptyReply, type HttpReply, jsonReply, type ServedRequest } from "../../../src/lib/servedHttp.ts";
import { type PipeOptions, pipeToRelay } from "../../../src/relay/pipeToRelay.ts";

type Message = { readonly id?: number; readonly method?: string };

/** A host's line into a relay whose sessions answer each request with its number among them, and its HTTP door with "http". */
async function start(options: PipeOptions = {}) {
  const told: unknown[] = [];
  const seen: string[] = [];
  const lines: Transport[] = [];
  const host: Transport = {
    start: async () => {},
    send: async (message) => void told.push(message),
    close: async () => void seen.push("host closed"),
  };
  const relay = {
    async handle(request: ServedRequest): Promise<HttpReply> {
      const { id, method } = JSON.parse(new TextDecoder().decode(request.body)) as Message;
      seen.push(`http ${method}`);
      request.onOver(() => method === "waits" && seen.push("http given up"));
      if (method === "waits") return await new Promise(() => {});
      return id === undefined ? emptyReply(202) : jsonReply(200, { jsonrpc: "2.0", id, result: { by: "http" } });
    },
    async openSession(line: Transport) {
      const number = lines.push(line);
      line.onmessage = (message) => {
        const { id, method } = message as Message;
        seen.push(`session ${number} ${method}`);
        if (id !== undefined && method !== "waits") {
          void line.send({ jsonrpc: "2.0", id, result: { by: `session ${number}` } });
        }
      };
      return {
        async close() {
          seen.push(`session ${number} closed`);
          await line.close();
        },
      };
    },
  };
  await pipeToRelay(host, relay, options);
  const settled = async () => {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    told,
    seen,
    lines,
    async says(...messages: readonly object[]) {
      for (const message of messages) host.onmessage?.({ jsonrpc: "2.0", ...message } as JSONRPCMessage);
      await settled();
    },
    async leaves() {
      host.onclose?.();
      await settled();
    },
  };
}

const by = (id: number, who: string) => ({ jsonrpc: "2.0", id, result: { by: who } });
const initialize = { id: 1, method: "initialize", params: {} };

test("what a host says without waiting for the session's beginning is heard by it, in order", async () => {
  const { says, told, seen } = await start();
  await says(initialize, { method: "notifications/initialized" }, { id: 2, method: "ping" });
  assert.deepEqual(
    { told, seen },
    {
      told: [by(1, "session 1"), by(2, "session 1")],
      seen: ["session 1 initialize", "session 1 notifications/initialized", "session 1 ping"],
    },
  );
});

test("a request that says for itself who asks goes to no session", async () => {
  const { says, told } = await start();
  const _meta = { [PROTOCOL_VERSION_META_KEY]: "2026-07-28" };
  await says({ id: 1, method: "server/discover", params: { _meta } });
  await says(initialize);
  await says({ id: 2, method: "x", params: { _meta } });
  assert.deepEqual(told, [by(1, "http"), by(1, "session 1"), by(2, "http")]);
});

test("a second beginning ends the first session, and the host's end the last", async () => {
  const { says, leaves, seen } = await start();
  await says(initialize);
  await says({ ...initialize, id: 2 }, { id: 3, method: "ping" });
  await leaves();
  assert.deepEqual(seen, [
    "session 1 initialize",
    "session 1 closed",
    "session 2 initialize",
    "session 2 ping",
    "session 2 closed",
    "host closed",
  ]);
});

test("a request to a session that the relay ended is answered with an error", async () => {
  const { says, told, lines } = await start();
  await says(initialize);
  await lines[0]?.close();
  await says({ id: 2, method: "ping" }, { method: "notifications/x" });
  assert.deepEqual(told, [
    by(1, "session 1"),
    { jsonrpc: "2.0", id: 2, error: { code: -32603, message: "The connection to the gateway ended." } },
  ]);
});

test("a call that waits for a person is answered in time, cancelled, and answered only once", async () => {
  const limit = { ms: 5, waitsFor: () => "sign in" };
  const ruled: unknown[] = [];
  const rules = {
    toRelay(message: JSONRPCMessage) {
      if ("method" in message && message.method === "notifications/cancelled") ruled.push(message.params?.requestId);
      return message;
    },
    toEditor: (message: JSONRPCMessage) => message,
  };
  const { says, told, seen, lines } = await start({ timeout: limit, rules });
  await says(initialize, { id: 2, method: "waits" });
  lines[0]?.onmessage?.({ jsonrpc: "2.0", id: 3, method: "waits" });
  await says({ id: 4, method: "tools/call", params: { name: "quick" } });
  const session = lines[0] as Transport;
  const { onmessage } = session;
  session.onmessage = (message) => void (("id" in message && message.id === 5) || onmessage?.(message));
  await says({ id: 5, method: "tools/call", params: { name: "slow" } });
  while (!seen.includes("session 1 notifications/cancelled")) await new Promise((resolve) => setTimeout(resolve, 5));
  await session.send({ jsonrpc: "2.0", id: 5, result: { late: true } });
  assert.deepEqual(told.slice(1), [
    by(4, "session 1"),
    { jsonrpc: "2.0", id: 5, result: { content: [{ type: "text", text: "sign in" }], isError: true } },
  ]);
  // Whoever keeps what is being answered learns that this is not any more.
  assert.deepEqual(ruled, [5]);
});

test("a request that belongs to no session is given up by the end of its exchange, and not answered", async () => {
  const { says, told, seen } = await start();
  const _meta = { [PROTOCOL_VERSION_META_KEY]: "2026-07-28" };
  const cancelled = (requestId: number) => ({ method: "notifications/cancelled", params: { requestId } });
  await says(initialize, { id: 2, method: "waits", params: { _meta } }, cancelled(2), cancelled(7));
  assert.deepEqual(
    { told, seen },
    {
      told: [by(1, "session 1")],
      seen: ["http waits", "http given up", "session 1 initialize", "session 1 notifications/cancelled"],
    },
  );
});
