import assert from "node:assert/strict";
import { test } from "node:test";
import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/client";
import { type PipeOptions, pipeToRelay } from "../../../src/relay/pipeToRelay.ts";
import { soon } from "../../support/mcpKernel.ts";

/** A host's messages, and a relay that answers each request when it is told to. */
async function startPipe(options: PipeOptions = {}) {
  const sent: JSONRPCMessage[] = [];
  const received: string[] = [];
  const answers = new Map<string, (result: object) => void>();
  let closed = 0;
  const editor: Transport = {
    async start() {},
    async send(message) {
      sent.push(message as JSONRPCMessage);
    },
    async close() {
      closed++;
    },
  };
  const relay = {
    async handle(request: Request): Promise<Response> {
      const text = await request.text();
      const message = (text === "" ? {} : JSON.parse(text)) as {
        id?: unknown;
        method?: string;
        params?: { name?: string };
      };
      received.push(message.method ?? request.method);
      if (message.id === undefined) return new Response(null, { status: request.method === "GET" ? 405 : 202 });
      if (message.params?.name === "broken") throw new Error("gone");
      const result = await new Promise<object>((resolve) => answers.set(String(message.id), resolve));
      const headers = {
        "content-type": "application/json",
        ...(message.method === "initialize" && { "mcp-session-id": "s" }),
      };
      return new Response(JSON.stringify({ jsonrpc: "2.0", id: message.id, result }), { headers });
    },
  };
  await pipeToRelay(editor, relay, options);
  const say = async (message: object) => {
    editor.onmessage?.({ jsonrpc: "2.0", ...message } as JSONRPCMessage);
    await soon();
  };
  const answer = async (id: number, result: object = {}) => {
    answers.get(String(id))?.(result);
    await soon();
  };
  return { editor, sent, received, say, answer, closed: () => closed };
}

const call = (id: number, name = "x") => ({ id, method: "tools/call", params: { name } });

test("messages after initialize wait for its answer, which names the session that they carry", async () => {
  const { received, say, answer, sent } = await startPipe();
  await say({ id: 0, method: "initialize", params: {} });
  await say({ method: "notifications/initialized" });
  const before = [...received];
  await answer(0, { protocolVersion: "2025-11-25" });
  await soon();
  assert.deepEqual(
    { before, after: received.slice(0, 2), sent: sent.length },
    { before: ["initialize"], after: ["initialize", "notifications/initialized"], sent: 1 },
  );
});

test("a call that waits for a person is answered in time, and its late answer is dropped", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const timeout = { ms: 50_000, isWaiting: () => true, text: "Sign in there." };
  const { say, answer, sent, received } = await startPipe({ timeout });
  await say(call(1));
  context.mock.timers.tick(50_000);
  await soon();
  await answer(1, { content: ["late"] });
  assert.deepEqual(
    { sent, cancelled: received.includes("notifications/cancelled") },
    {
      sent: [{ jsonrpc: "2.0", id: 1, result: { content: [{ type: "text", text: "Sign in there." }], isError: true } }],
      cancelled: true,
    },
  );
});

test("a call that is slow by itself is waited for", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { say, answer, sent } = await startPipe({ timeout: { ms: 50_000, isWaiting: () => false, text: "" } });
  await say(call(1));
  context.mock.timers.tick(60_000);
  await answer(1, { content: [] });
  assert.deepEqual(sent, [{ jsonrpc: "2.0", id: 1, result: { content: [] } }]);
});

test("a request that the relay cannot take is answered with an error", async () => {
  const { say, sent } = await startPipe();
  await say(call(1, "broken"));
  assert.equal((sent[0] as { error?: { code: number } }).error?.code, -32603);
});

test("messages are changed on their way in both directions", async () => {
  const rename = (message: JSONRPCMessage, to: string) =>
    ({ ...message, ...("method" in message && { params: { name: to } }) }) as JSONRPCMessage;
  const { say, answer, sent, received } = await startPipe({
    rules: {
      toRelay: (message) => rename(message, "long"),
      toEditor: (message) => ({ ...message, note: "short" }) as never,
    },
  });
  await say(call(1));
  await answer(1, {});
  assert.deepEqual(
    { received, sent },
    { received: ["tools/call"], sent: [{ jsonrpc: "2.0", id: 1, result: {}, note: "short" }] },
  );
});

test("the session ends with its editor", async () => {
  const { editor, say, answer, received, closed } = await startPipe();
  const clientInfo = { name: "host", version: "1" };
  await say({ id: 0, method: "initialize", params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo } });
  await answer(0, { protocolVersion: "2025-11-25" });
  editor.onclose?.();
  await soon();
  assert.deepEqual({ deleted: received.includes("DELETE"), closed: closed() }, { deleted: true, closed: 1 });
});
