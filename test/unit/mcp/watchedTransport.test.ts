import assert from "node:assert/strict";
import { test } from "node:test";
import { Client } from "@modelcontextprotocol/client";
import { isAnswerMissing } from "../../../src/mcp/answerTo.ts";
import { WatchedTransport } from "../../../src/mcp/watchedTransport.ts";

type Message = { readonly id?: number; readonly method?: string; readonly params?: { _meta?: Message["params"] } };

/** A client of a server that answers each tool call with these messages in one piece of an event stream. */
async function clientOf(answer: (call: { id: unknown; progressToken: unknown }) => readonly object[]) {
  const initialized = {
    protocolVersion: "2025-11-25",
    capabilities: { tools: {} },
    serverInfo: { name: "test", version: "1" },
  };
  const fetch = async (_: unknown, init?: { method?: string; body?: unknown }): Promise<Response> => {
    if (init?.method !== "POST") return new Response(null, { status: 405 });
    const message = JSON.parse(String(init.body)) as Message;
    if (message.id === undefined) return new Response(null, { status: 202 });
    if (message.method === "initialize") {
      return Response.json({ jsonrpc: "2.0", id: message.id, result: initialized });
    }
    const meta = message.params?._meta as { progressToken?: unknown } | undefined;
    const events = answer({ id: message.id, progressToken: meta?.progressToken });
    const text = events.map((event) => `event: message\ndata: ${JSON.stringify(event)}\n\n`).join("");
    return new Response(text, { headers: { "content-type": "text/event-stream" } });
  };
  const client = new Client({ name: "test", version: "1" });
  const transport = new WatchedTransport(new URL("https://gateway.example/mcp"), {
    fetch: fetch as typeof globalThis.fetch,
  });
  await client.connect(transport, { prior: { kind: "legacy" } });
  return client;
}

const progress = (progressToken: unknown, step: number) => ({
  jsonrpc: "2.0",
  method: "notifications/progress",
  params: { progressToken, progress: step },
});

test("progress that comes in one piece with the answer is told before it", async () => {
  const client = await clientOf(({ id, progressToken }) => [
    progress(progressToken, 1),
    progress(progressToken, 2),
    { jsonrpc: "2.0", id, result: { content: [] } },
  ]);
  const seen: unknown[] = [];
  await client.callTool({ name: "tool" }, { onprogress: (step) => seen.push(step.progress) });
  seen.push("answer");
  assert.deepEqual(seen, [1, 2, "answer"]);
  await client.close();
});

test("a call whose stream ends without its answer fails, and as that", async () => {
  const client = await clientOf(({ progressToken }) => [progress(progressToken, 1)]);
  const error = await client.callTool({ name: "tool" }, { onprogress: () => {} }).catch((caught: unknown) => caught);
  assert.deepEqual(
    { ended: isAnswerMissing(error), other: isAnswerMissing(new Error("the stream ended before the answer")) },
    { ended: true, other: false },
  );
  await client.close();
});
