import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { startEverything } from "../../support/relayGateways.ts";
import { makeComputer, startStandalone } from "../../support/standalone/startStandalone.ts";
import type { Asked } from "./gateway.ts";
import { programWorld } from "./program.ts";
import type { WorldTests } from "./rows.ts";
import { callerOf } from "./target.ts";

const told = /transport of MCP that was replaced.*HTTP\+SSE of 2024-11-05.*often ends in \/mcp/s;

/** How the first event was seen to begin. */
const beginnings: Readonly<Record<string, string>> = {
  "an event": "event: endpoint\ndata: /message?sessionId=1\n\n",
  "lines that end in CR and LF": "event: endpoint\r\ndata: /message?sessionId=1\r\n\r\n",
  "a comment and no spaces": ": hello\n\nid:1\nevent:endpoint\ndata:/message\n\n",
};
/** With what the first message of Streamable HTTP was seen to be refused. */
const refusals = [400, 404, 405, 415];

/** A stream that stays open, as such a server's does. */
const stream = (text: string) =>
  new Response(
    new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode(text)),
    }),
    { headers: { "content-type": "text/event-stream" } },
  );

/** Answers whoever has a token, or everybody, as a server with the old transport alone. */
const outdated =
  (status: number, first: string, needsToken = false) =>
  ({ method, path, bearer }: Asked): Response | undefined => {
    if (path.startsWith("/.well-known/") || (needsToken && bearer === undefined)) return undefined;
    return method === "GET" ? stream(first) : new Response("Method Not Allowed", { status });
  };

/** Servers that speak HTTP+SSE of 2024-11-05, and nothing since. */
export const outdatedServers: WorldTests = {
  "server-everything with sse is told as that": async (t) => {
    const server = await startEverything("sse");
    t.after(() => server.stop());
    const computer = makeComputer({});
    t.after(() => computer.remove());
    await assert.rejects(startStandalone([server.url], computer.env), told);
  },
  "behind the local gateway it is told to the operator, and other targets keep their tools": async (t) => {
    const server = await startEverything("sse");
    const other = await startEverything();
    t.after(async () => void (await Promise.all([server.stop(), other.stop()])));
    const targets = { old: server.url, new: other.url };
    const caller = await callerOf(
      t,
      Object.entries(targets).map(([name, url]) => ({ name, http: { url } })),
    );
    const tools = await caller.tools();
    assert.deepEqual([...new Set(tools.map((tool) => tool.split("___")[0]))], ["new"]);
    assert.match(await caller.gateway.said("2024-11-05"), /HTTP\+SSE/);
  },
  ...Object.fromEntries(
    [
      ...refusals.map((status) => [status, "an event"] as const),
      ...Object.keys(beginnings).map((how) => [404, how] as const),
    ].map(([status, how]) => [
      `HTTP ${status}, and a stream that begins with ${how}, is told as that, and nobody is sent to a sign-in`,
      async (t: TestContext) => {
        const { gateway, provider, start } = await programWorld(t);
        gateway.instead = outdated(status, beginnings[how] ?? "");
        await assert.rejects(start(), told);
        assert.equal(provider.count("/token"), 0);
      },
    ]),
  ),
  "one that asks for a token first is told as that after the sign-in": async (t) => {
    const { gateway, start } = await programWorld(t);
    gateway.instead = outdated(405, beginnings["an event"] ?? "", true);
    const standalone = await start();
    await assert.rejects(standalone.client.listTools(), told);
  },
  "another stream, or none, is not taken for it": async (t) => {
    for (const first of [
      "event: message\ndata: {}\n\n",
      "data: event: endpoint\n\n",
      ": event: endpoint\n\nevent: ping\n\n",
    ]) {
      const { gateway, start } = await programWorld(t);
      gateway.instead = outdated(404, first);
      await assert.rejects(start(), /There is no gateway at this address/);
    }
  },
  "where /mcp is beside /sse, it is what is connected to": async (t) => {
    const { gateway, run } = await programWorld(t);
    gateway.isProtected = () => false;
    gateway.instead = (asked) =>
      asked.path === "/sse" ? outdated(404, beginnings["an event"] ?? "")(asked) : undefined;
    const standalone = await run([gateway.url.replace(/mcp$/, "sse")]);
    assert.equal(await standalone.call("echo"), "{}");
  },
};
