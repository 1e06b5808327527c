import assert from "node:assert/strict";
import { test } from "node:test";
import { type JSONRPCMessage, Server, type Transport } from "@modelcontextprotocol/server";
import type { Json } from "../../../src/mcp/passThrough.ts";
import { type SessionCall, SessionCalls } from "../../../src/mcp/sessionCalls.ts";
import { soon } from "../../support/mcpKernel.ts";

/** A transport that the test plays. */
function playedTransport() {
  const sent: JSONRPCMessage[] = [];
  const transport: Transport = {
    start: async () => {},
    close: async () => {},
    send: async (message) => void sent.push(message),
  };
  const say = (message: object) => transport.onmessage?.({ jsonrpc: "2.0", ...message } as JSONRPCMessage);
  return { transport, sent, say };
}

/** Calls in front of an SDK that notes what it is given. */
function startCalls(answer: (call: SessionCall) => Promise<Json>) {
  const played = playedTransport();
  const toSdk: unknown[] = [];
  played.transport.onmessage = (message) => void toSdk.push((message as { method?: string }).method);
  return { calls: new SessionCalls(played.transport, answer), toSdk, ...played };
}

const call = (id: string | number, params: unknown = { name: "x" }) => ({ id, method: "tools/call", params });

test("calls are answered here, and whatever the SDK would take something out of is its own", async () => {
  const { sent, toSdk, say } = startCalls(async ({ params }) => ({ of: params.name }));
  say(call(1, { name: "a", _meta: { progressToken: 1, trace: "t" } }));
  say(call(2, { name: "b", _meta: { "io.modelcontextprotocol/logLevel": "debug" } }));
  say(call(3, { name: "c", inputResponses: {} }));
  say(call(4, { name: "d", requestState: "s" }));
  say(call(5, { name: "e", _meta: 1 }));
  say(call(6, [1]));
  say({ id: 7, method: "prompts/get", params: { name: "f" } });
  say({ method: "tools/call", params: { name: "g" } });
  say({ method: "notifications/cancelled", params: { requestId: 7 } });
  await soon();
  assert.deepEqual(sent, [{ jsonrpc: "2.0", id: 1, result: { of: "a" } }]);
  const calls = Array.from({ length: 5 }, () => "tools/call");
  assert.deepEqual(toSdk, [...calls, "prompts/get", "tools/call", "notifications/cancelled"]);
});

test("a call that is given up, or whose session ends, is not answered any more", async () => {
  const signals: AbortSignal[] = [];
  const { calls, sent, toSdk, say } = startCalls(async ({ signal }) => {
    signals.push(signal);
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    return {};
  });
  say(call("a"));
  say(call("b"));
  say({ method: "notifications/cancelled", params: { requestId: "a", reason: "enough" } });
  const [given, open] = signals.map(({ aborted }) => aborted);
  const reason = signals[0]?.reason;
  calls.close();
  await soon();
  assert.deepEqual(
    { given, open, reason, ended: signals[1]?.aborted },
    { given: true, open: false, reason: "enough", ended: true },
  );
  assert.deepEqual({ sent, toSdk }, { sent: [], toSdk: [] });
});

test("a failure is answered as the SDK answers it", async () => {
  const failures = [
    Object.assign(new Error("gone"), { code: -32002, data: { uri: "x" } }),
    Object.assign(new Error("odd"), { code: "ENOENT" }),
    new Error("plain"),
  ];
  const fail = async ({ name }: Json): Promise<Json> => {
    throw failures[Number(name)];
  };
  const ours = startCalls(({ params }) => fail(params));
  const theirs = playedTransport();
  const server = new Server({ name: "us", version: "1" }, { capabilities: { tools: {} } });
  server.fallbackRequestHandler = ({ params }) => fail(params as Json);
  await server.connect(theirs.transport);
  for (const at of failures.keys()) for (const { say } of [ours, theirs]) say(call(at, { name: at }));
  await soon();
  await server.close();
  assert.equal(ours.sent.length, failures.length);
  assert.deepEqual(ours.sent, theirs.sent);
});

test("an answer that cannot be sent is an error of the session, and of nobody else", async () => {
  const { transport, say } = startCalls(async () => ({}));
  const errors: string[] = [];
  transport.onerror = ({ message }) => void errors.push(message);
  transport.send = () => Promise.reject(new Error("no connection"));
  say(call(1));
  await soon();
  assert.deepEqual(errors, ["Failed to send response: Error: no connection"]);
});
