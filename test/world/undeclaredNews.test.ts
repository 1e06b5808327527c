import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { Client, LOG_LEVEL_META_KEY } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { makeComputer, standaloneScript } from "../support/standalone/startStandalone.ts";
import { startWebServer } from "../support/webServer.ts";
import { type WorldTests, worldRows } from "./support/rows.ts";
import { smallReply } from "./support/smallServer.ts";
import type { TargetRpc } from "./support/target.ts";

/** What the server says in the midst of a call, none of which it has declared. */
const news = [
  { method: "notifications/message", params: { level: "info", data: "one" } },
  { method: "notifications/message", params: { level: "warning", data: { text: "two" } } },
];

/** A server that declares tools alone, and logs while it works. */
async function startLogging(t: TestContext): Promise<string> {
  const web = await startWebServer(async (request) => {
    const rpc = (request.method === "POST" ? await request.json() : {}) as TargetRpc;
    const event = (message: unknown) => `event: message\ndata: ${JSON.stringify(message)}\n\n`;
    const streamed = (answer: unknown) => {
      const said = [...news.map((one) => ({ jsonrpc: "2.0", ...one })), answer];
      return new Response(said.map(event).join(""), { headers: { "content-type": "text/event-stream" } });
    };
    return smallReply(rpc, {}, rpc.method === "tools/call" ? streamed : undefined);
  });
  t.after(() => web.stop());
  return `${web.origin}/mcp`;
}

/** What a host hears during a call, in each of two starts of the program: the second one knows what the server declares. */
async function heard(t: TestContext, url: string, revision: "2025-11-25" | "2026-07-28"): Promise<readonly unknown[]> {
  const computer = makeComputer({});
  t.after(() => computer.remove());
  const starts: unknown[] = [];
  for (let start = 0; start < 2; start++) {
    const told: unknown[] = [];
    const mode = revision === "2026-07-28" ? { pin: revision } : "legacy";
    const client = new Client({ name: "some-editor", version: "1" }, { versionNegotiation: { mode } });
    client.setNotificationHandler(
      "notifications/message",
      ({ params: { level, data } }) => void told.push([level, data]),
    );
    const args = [...standaloneScript, url, "--keychain", "off"];
    await client.connect(new StdioClientTransport({ command: process.execPath, args, env: { ...computer.env } }));
    const meta = revision === "2026-07-28" ? { _meta: { [LOG_LEVEL_META_KEY]: "debug" as const } } : {};
    await client.callTool({ name: "echo", arguments: {}, ...meta });
    await client.close();
    starts.push(told);
  }
  return starts;
}

const inEachStart: WorldTests = Object.fromEntries(
  (["2025-11-25", "2026-07-28"] as const).map((revision) => [
    `a host of ${revision} hears what a server logs that does not declare to`,
    async (t: TestContext) => {
      const told = news.map(({ params: { level, data } }) => [level, data]);
      assert.deepEqual(await heard(t, await startLogging(t), revision), [told, told]);
    },
  ]),
);

worldRows([
  {
    row: "G41",
    kind: 3,
    otherSide: "log messages of a server that has not declared `logging`",
    right: "handed on as any other: a host that is connected directly hears them",
    source: "Python SDK 1.29.0 and 2.3.0: `ctx.info` of FastMCP and MCPServer",
    at03c8530: "not tried; later ✗ heard at the first start alone, while nothing was known of the server",
    tests: inEachStart,
  },
]);
