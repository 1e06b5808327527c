import assert from "node:assert/strict";
import { test } from "node:test";
import { nobody } from "../../../src/mcp/peer.ts";
import { UpstreamConnection } from "../../../src/mcp/upstreamConnection.ts";
import { httpTransport } from "../../../src/mcp/watchedTransport.ts";

test("while a session is being ended, no further page of a list is asked for in it", async () => {
  const sent: string[] = [];
  let give = (_: Response) => {};
  const fetch = async (_: unknown, { method, body }: { method?: string; body?: string } = {}): Promise<Response> => {
    const message = JSON.parse(body ?? "{}") as { id?: number; method?: string };
    sent.push(message.method ?? method ?? "");
    const answer = (result: object) => Response.json({ jsonrpc: "2.0", id: message.id, result });
    if (message.method === "initialize") {
      const result = {
        protocolVersion: "2025-11-25",
        capabilities: { tools: {} },
        serverInfo: { name: "s", version: "1" },
      };
      const session = answer(result);
      session.headers.set("mcp-session-id", "s1");
      return session;
    }
    if (message.method === "tools/list") return answer({ tools: [], nextCursor: "2" });
    if (method === "DELETE") return await new Promise((resolve) => (give = resolve));
    return new Response(null, { status: method === "GET" ? 405 : 202 });
  };
  const connection = await UpstreamConnection.open({
    caller: { clientInfo: { name: "c", version: "1" }, capabilities: {} },
    peer: nobody,
    server: new URL("https://gateway.example/mcp"),
    transport: async (connecting) => httpTransport({ url: "https://gateway.example/mcp", fetch }, connecting),
    negotiation: "legacy",
    era: "legacy",
    connectTimeoutMs: 5_000,
    signal: new AbortController().signal,
    tool: () => undefined,
    onRelisted: () => {},
  });
  const listing = connection.list("tools/list").catch((error: Error) => error.message);
  const closing = connection.close();
  const listed = await listing;
  give(new Response(null, { status: 204 }));
  await closing;
  assert.deepEqual(
    { listed, lists: sent.filter((one) => one === "tools/list").length, end: sent.at(-1) },
    { listed: "Connection closed", lists: 1, end: "DELETE" },
  );
});
