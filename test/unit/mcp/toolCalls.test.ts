import assert from "node:assert/strict";
import { test } from "node:test";
import { type JSONRPCMessage, ProtocolError, SdkError, type Transport } from "@modelcontextprotocol/client";
import { Server } from "@modelcontextprotocol/server";
import type { Json } from "../../../src/mcp/passThrough.ts";
import { ToolCalls } from "../../../src/mcp/toolCalls.ts";
import { caller, connectTo, soon, upstreamServer } from "../../support/mcpKernel.ts";

type Sent = { readonly message: Json; readonly signal: AbortSignal | undefined };

/** Calls over a transport that the test plays, before an SDK that notes what it is given. */
function callsTo(era: "legacy" | "modern") {
  const sent: Sent[] = [];
  const toSdk: JSONRPCMessage[] = [];
  const transport: Transport = {
    start: async () => {},
    close: async () => {},
    async send(message, options) {
      sent.push({ message: message as unknown as Json, signal: options?.requestSignal });
    },
    onmessage: (message) => void toSdk.push(message),
  };
  const protocolVersion = era === "legacy" ? "2025-11-25" : "2026-07-28";
  const identity = { era, protocolVersion, serverInfo: {}, capabilities: {}, instructions: undefined };
  const calls = new ToolCalls(transport, caller, identity);
  const say = (message: object) => transport.onmessage?.({ jsonrpc: "2.0", ...message } as JSONRPCMessage);
  const answer = (result: unknown, at = 0) => say({ id: sent[at]?.message.id, result });
  return { calls, sent, toSdk, say, answer };
}

const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );

test("each call gets the answer with its own id, whatever the order, and all other messages are the SDK's", async () => {
  const { calls, sent, toSdk, say, answer } = callsTo("legacy");
  const results = [calls.call({ name: "a" }, {}), calls.call({ name: "b" }, {})];
  const others = [
    { id: 0, result: {} },
    { id: 1, method: "ping" },
    { method: "notifications/tools/list_changed" },
    { method: "notifications/progress", params: { progressToken: 1, progress: 1 } },
  ];
  for (const other of others) say(other);
  answer({ of: "b", resultType: "complete" }, 1);
  say({ id: String(sent[0]?.message.id), result: { of: "a" } });
  answer({ of: "nobody" }, 0);
  assert.deepEqual(await Promise.all(results), [{ of: "a" }, { of: "b" }]);
  assert.deepEqual(
    sent.map(({ message: { id: _, ...message } }) => message),
    ["a", "b"].map((name) => ({ jsonrpc: "2.0", method: "tools/call", params: { name } })),
  );
  const nobodys = { id: sent[0]?.message.id, result: { of: "nobody" } };
  assert.deepEqual(
    toSdk,
    [...others, nobodys].map((other) => ({ jsonrpc: "2.0", ...other })),
  );
});

test("a call says of itself what the SDK's requests say, and the caller's own words win", async () => {
  const server = upstreamServer(
    "modern",
    () => new Server({ name: "up", version: "1" }, { capabilities: { tools: {} } }),
  );
  const { connection } = await connectTo(server);
  const said: Json[] = [];
  server.intercept = ({ id, method, params }, { headers }) => {
    const { "mcp-method": asked, "mcp-name": name } = headers as Record<string, string>;
    said.push({ ...((params as Json)._meta as Json), asked: asked === method, name });
    return Response.json({ jsonrpc: "2.0", id, result: { resultType: "complete", messages: [] } });
  };
  const _meta = { trace: 1, "io.modelcontextprotocol/logLevel": "debug" };
  for (const method of ["tools/call", "prompts/get"])
    await connection.request({ method, params: { name: "x", _meta }, options: {} });
  await connection.close();
  assert.deepEqual(said[0], said[1]);
  assert.equal(said[0]?.["io.modelcontextprotocol/protocolVersion"], "2026-07-28");
});

for (const era of ["legacy", "modern"] as const) {
  test(`progress of a ${era} server reaches the call with its token, and none after the answer`, async () => {
    const { calls, sent, say, answer } = callsTo(era);
    const heard: Json[] = [];
    const result = calls.call({ name: "a", _meta: { trace: 1 } }, { onprogress: (progress) => heard.push(progress) });
    const { id, params } = (sent[0] as Sent).message as { id: number; params: { _meta: Json } };
    const progressed = (progress: number) =>
      say({ method: "notifications/progress", params: { progressToken: id, progress } });
    progressed(1);
    answer({});
    await result;
    progressed(2);
    assert.deepEqual(
      { heard, token: params._meta.progressToken, trace: params._meta.trace },
      {
        heard: [{ progress: 1 }],
        token: id,
        trace: 1,
      },
    );
  });

  test(`a call that is given up fails at once, and a ${era} server is told in the way of its era`, async () => {
    const { calls, sent, toSdk, answer } = callsTo(era);
    const end = new AbortController();
    const failure = failureOf(calls.call({ name: "a" }, { signal: end.signal }));
    end.abort("enough");
    const error = await failure;
    answer({});
    const already = await failureOf(calls.call({ name: "b" }, { signal: end.signal }));
    const [call, ...more] = sent;
    const cancelled = { requestId: call?.message.id, reason: "enough" };
    assert.deepEqual(
      {
        failed: [error, already].map((one) => one instanceof SdkError && one.message),
        told: more.map(({ message }) => [message.method, message.params]),
        ended: call?.signal?.aborted,
        late: toSdk.length,
      },
      {
        failed: ["enough", "enough"],
        told: era === "legacy" ? [["notifications/cancelled", cancelled]] : [],
        ended: era === "legacy" ? undefined : true,
        late: 1,
      },
    );
  });
}

test("the server's error is the call's, and the end of the connection ends what waits", async () => {
  const { calls, sent, say } = callsTo("legacy");
  const [refused, open] = [failureOf(calls.call({ name: "a" }, {})), failureOf(calls.call({ name: "b" }, {}))];
  say({ id: sent[0]?.message.id, error: { code: -32602, message: "no such tool", data: { a: 1 } } });
  calls.close();
  const error = await refused;
  assert.ok(ProtocolError.isInstance(error));
  assert.deepEqual([error.code, error.message, error.data], [-32602, "no such tool", { a: 1 }]);
  assert.equal(((await open) as SdkError).code, "CONNECTION_CLOSED");
});

for (const [what, result, expected] of [
  ["a question", { resultType: "input_required", inputRequests: { a: { method: "x" } }, more: 1 }, undefined],
  ["a question with a state alone", { resultType: "input_required", requestState: "s" }, undefined],
  ["a question without one", { resultType: "input_required" }, "INVALID_RESULT"],
  ["a type that is not known", { resultType: "streaming" }, "UNSUPPORTED_RESULT_TYPE"],
  ["a type that is no text", { resultType: 1 }, "INVALID_RESULT"],
] as const) {
  test(`a result of 2026-07-28 is read as the SDK reads it: ${what}`, async () => {
    const server = upstreamServer(
      "modern",
      () => new Server({ name: "up", version: "1" }, { capabilities: { tools: {} } }),
    );
    // A tool that declares headers goes the SDK's way.
    const declared = { name: "sdk", inputSchema: { type: "object", properties: { a: { "x-mcp-header": "A" } } } };
    const { connection } = await connectTo(server, { tool: (name) => (name === "sdk" ? declared : undefined) });
    server.intercept = ({ id, method }) =>
      method === "tools/call" ? Response.json({ jsonrpc: "2.0", id, result }) : undefined;
    const ways = await Promise.all(
      ["sdk", "ours"].map(async (name) => {
        const request = { method: "tools/call", params: { name }, options: { passInputRequired: true } };
        return await connection.request(request).catch((error: unknown) => (error as SdkError).code ?? String(error));
      }),
    );
    await soon();
    await connection.close();
    assert.deepEqual(ways[1], ways[0]);
    if (expected !== undefined) assert.equal(ways[1], expected);
    else assert.equal((ways[1] as Json).resultType, "input_required");
  });
}
