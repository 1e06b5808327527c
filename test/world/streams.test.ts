import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { until } from "../support/until.ts";
import { hostHasEcho } from "./support/echoServed.ts";
import type { Asked } from "./support/gateway.ts";
import { programWorld } from "./support/program.ts";
import { type WorldTests, worldRows } from "./support/rows.ts";
import { smallReply } from "./support/smallServer.ts";
import { callerOf, startTarget, type TargetRpc } from "./support/target.ts";

const json = JSON.stringify;
const stream = (...events: readonly string[]) =>
  new Response(events.map((event) => `${event}\n\n`).join(""), { headers: { "content-type": "text/event-stream" } });

/** Lines that name the event of a message, as servers were seen to write them, and others of their kind. */
const heads: Readonly<Record<string, string>> = {
  "no name": "",
  "the name message": "event: message\n",
  "an empty name": "event:\n",
  "the name response": "event: response\n",
  "the name result": "event: result\n",
  "the name Message": "event: Message\n",
  "the name message with a space behind it": "event: message \n",
  "the name of its method": "event: tools/call\n",
  "the name error": "event: error\n",
  "the name of the transport before": "event: endpoint\n",
  "a name behind the data": "",
  "a name that is long": `event: ${"x".repeat(100_000)}\n`,
};
const eventOf = (what: string, answer: object) =>
  `${heads[what]}data: ${json(answer)}${what.includes("behind the data") ? "\nevent: result" : ""}`;

/** Events of their own that servers send beside the answer, none of which is one. */
const others = [
  "event: ping\ndata: {}",
  "event: heartbeat\ndata: 12",
  "event: ready",
  ": here",
  "event: endpoint\ndata: /messages?session=1",
  `event: progress\ndata: ${json({ result: { content: [] } })}`,
  `event: other\ndata: ${json({ jsonrpc: "2.0", id: 987_654, result: { content: [{ type: "text", text: "wrong" }] } })}`,
  `event: log\ndata: ${json([{ jsonrpc: "2.0", method: "none" }])}`,
];

/** The answer of a small server in a stream. */
const streamed = (rpc: TargetRpc, what: string) =>
  smallReply(rpc, {}, (answer) => stream(...others, eventOf(what, answer)));

/** A stream with the answer, and whatever comes then, until whoever reads it leaves. */
function goingOn(answer: object, isSilent: boolean, open: Set<object>): Response {
  const news = `data: ${json({ jsonrpc: "2.0", method: "notifications/message", params: { level: "info", data: "on" } })}\n\n`;
  const bytes = (text: string) => new TextEncoder().encode(text);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes(`data: ${json(answer)}\n\n`));
    },
    pull: async (controller) => {
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (!isSilent) controller.enqueue(bytes(news.repeat(100)));
      else await new Promise(() => {});
    },
    cancel: () => void open.delete(body),
  });
  open.add(body);
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

const isCall = ({ path, bearer }: Asked) => path === "/mcp" && bearer !== undefined;

const overGateway = (): WorldTests =>
  Object.fromEntries(
    Object.keys(heads).map((what) => [
      `a gateway answers in events with ${what}`,
      async (t: TestContext) => {
        const { gateway, start } = await programWorld(t);
        gateway.instead = (asked) => (isCall(asked) ? streamed(asked.rpc, what) : undefined);
        const standalone = await start();
        await hostHasEcho(standalone);
      },
    ]),
  );

worldRows([
  {
    row: "S10",
    kind: 10,
    otherSide: "a stream that its server does not end after the answer, silent or with news without end",
    right:
      "the call has its answer, and the connection is left a moment later: one for each call would stay open, and what comes without end would keep all others waiting",
    source: "adversarial",
    at03c8530: "not tried; later ✗ a connection for each call; all others wait",
    tests: Object.fromEntries(
      (["silent", "with news without end"] as const).map((what) => [
        `a stream goes on after its answer, ${what}`,
        async (t: TestContext) => {
          const { gateway, start } = await programWorld(t);
          const open = new Set<object>();
          let calls = 0;
          gateway.instead = (asked) => {
            if (!isCall(asked)) return undefined;
            if (asked.rpc.method !== "tools/call") return smallReply(asked.rpc);
            calls += 1;
            return smallReply(asked.rpc, {}, (answer) => goingOn(answer, what === "silent", open));
          };
          const standalone = await start();
          for (let at = 0; at < 5; at++) assert.equal(await standalone.call("echo"), "{}");
          await until(() => open.size === 0, "the end of all that was answered");
          assert.deepEqual([calls, await standalone.call("echo")], [5, "{}"]);
        },
      ]),
    ),
  },
  {
    row: "G32",
    kind: 3,
    otherSide: "events with another name than `message`, or with none, that have JSON-RPC messages in them",
    right:
      "what is plainly a message of the stream is taken: of answers those to its request. The revisions name no event, and the official SDKs leave others out; whatever else is in an event of another name is nobody's",
    source: "vercel/ai#16002, stacklok/toolhive#5655, agentgateway#2167, own variation",
    at03c8530: "not tried; later ✗ “connection lost … may have taken effect”",
    tests: {
      ...overGateway(),
      "an error in an event of that name is the answer, also without an id": async (t) => {
        for (const id of [{ id: null }, {}, undefined]) {
          const { gateway, start } = await programWorld(t);
          gateway.instead = (asked) => {
            const { rpc } = asked;
            if (!isCall(asked) || rpc.method !== "tools/call") return isCall(asked) ? smallReply(rpc) : undefined;
            const said = {
              jsonrpc: "2.0",
              ...(id ?? { id: rpc.id }),
              error: { code: -32050, message: "Quota is used up" },
            };
            return stream(`event: error\ndata: ${json(said)}`);
          };
          await assert.rejects((await start()).call("echo"), /Quota is used up/);
        }
      },
      "news in an event of another name is passed on": async (t) => {
        const { gateway, start } = await programWorld(t);
        let answer = () => {};
        gateway.instead = (asked) => {
          if (!isCall(asked)) return undefined;
          const { id, method, params } = asked.rpc;
          if (method !== "tools/call") return smallReply(asked.rpc);
          const { progressToken } = (params?._meta ?? {}) as { readonly progressToken?: unknown };
          const progress = { jsonrpc: "2.0", method: "notifications/progress", params: { progressToken, progress: 5 } };
          const result = { content: [{ type: "text", text: "{}" }] };
          const body = new ReadableStream<Uint8Array>({
            start(controller) {
              const say = (event: string) => controller.enqueue(new TextEncoder().encode(`${event}\n\n`));
              say(`event: progress\ndata: ${json(progress)}`);
              // A host's SDK forgets of a call that is answered what it was told of it just before.
              answer = () => say(`data: ${json({ jsonrpc: "2.0", id, result })}`);
            },
          });
          return new Response(body, { headers: { "content-type": "text/event-stream" } });
        };
        const seen: number[] = [];
        const { client } = await start();
        await client.callTool({ name: "echo", arguments: {} }, undefined, {
          onprogress({ progress }) {
            seen.push(progress);
            answer();
          },
        });
        assert.deepEqual(seen, [5]);
      },
      "a stream with data of its own alone is told as an answer that was lost": async (t) => {
        const { gateway, start } = await programWorld(t);
        gateway.instead = (asked) => {
          if (!isCall(asked)) return undefined;
          return asked.rpc.method === "tools/call" ? stream(...others) : smallReply(asked.rpc);
        };
        assert.match(await (await start()).call("echo"), /was lost.*may have taken effect/s);
      },
    },
  },
  {
    row: "T21",
    kind: 3,
    otherSide: "a target that answers in events as in G32",
    right: "as there",
    source: "as G32",
    at03c8530: "not tried; later ✗ left out",
    tests: Object.fromEntries(
      Object.keys(heads).map((what) => [
        `a target answers in events with ${what}`,
        async (t: TestContext) => {
          const target = await startTarget(t);
          target.instead = (rpc, { method }) => (method === "POST" ? streamed(rpc, what) : undefined);
          const caller = await callerOf(t, [{ name: "a", http: { url: target.url } }]);
          assert.deepEqual([await caller.tools(), await caller.call("a___echo")], [["a___echo"], "{}"]);
        },
      ]),
    ),
  },
]);
