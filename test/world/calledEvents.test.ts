import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { hostHasEcho } from "./support/echoServed.ts";
import { programWorld } from "./support/program.ts";
import { eachPair, type WorldTests, worldRows } from "./support/rows.ts";
import { smallReply } from "./support/smallServer.ts";
import { callerOf, startTarget } from "./support/target.ts";

type Json = Readonly<Record<string, unknown>>;

/** Beginnings of events. */
const beginnings: Readonly<Record<string, (answer: Json) => string>> = {
  "a name": (answer) => `event: message\ndata: ${JSON.stringify(answer)}\n\n`,
  data: (answer) => `data:${JSON.stringify(answer)}\n\n`,
  "an id": (answer) => `id: 1\r\ndata: ${JSON.stringify(answer)}\r\n\r\n`,
  "a comment": (answer) => `: here\n\ndata: ${JSON.stringify(answer)}\n\n`,
};
const types = ["application/json", "application/json; charset=utf-8", "text/plain", "text/html", undefined];
const called = (type: string | undefined, body: string) =>
  new Response(new TextEncoder().encode(body), { headers: type === undefined ? {} : { "content-type": type } });

const events: WorldTests = {
  ...eachPair(types, Object.entries(beginnings), (type, [what, write]) => [
    `a gateway calls events that begin with ${what} ${type ?? "nothing"}`,
    async (t) => {
      const { gateway, start } = await programWorld(t);
      gateway.instead = ({ path, bearer, rpc }) =>
        path === "/mcp" && bearer !== undefined
          ? smallReply(rpc, {}, (answer) => called(type, write(answer)))
          : undefined;
      await hostHasEcho(await start());
    },
  ]),
  "a text that begins as a name of a field does is none": async (t) => {
    const { gateway, start } = await programWorld(t);
    gateway.instead = ({ path, bearer, rpc }) =>
      path === "/mcp" && bearer !== undefined
        ? smallReply(rpc, {}, () => called("text/plain", "database is away"))
        : undefined;
    await assert.rejects(async () => (await start()).client.listTools(), /not an MCP server/);
  },
};

const targetEvents: WorldTests = Object.fromEntries(
  ["application/json", "text/plain"].map((type) => [
    `a target calls events ${type}`,
    async (t: TestContext) => {
      const target = await startTarget(t);
      target.instead = (rpc, { method }) =>
        method === "POST"
          ? smallReply(rpc, {}, (answer) => called(type, `event: message\ndata: ${JSON.stringify(answer)}\n\n`))
          : undefined;
      const caller = await callerOf(t, [{ name: "one", http: { url: target.url } }]);
      assert.deepEqual([await caller.tools(), await caller.call("one___echo")], [["one___echo"], "{}"]);
    },
  ]),
);

/** How servers were seen to call the events that they answer with. */
worldRows([
  {
    row: "G39",
    kind: 3,
    otherSide: "events as the answer, with the content type of JSON or of a text",
    right: "events are events, as JSON is JSON (G23); a text that begins like one is a text",
    source: "Megabit/Blazorise#6621 (mcp.blazorise.com), own variation of G23",
    at03c8530: "not tried; later ✗ “not an MCP server”",
    tests: events,
  },
  {
    row: "T27",
    kind: 3,
    otherSide: "a target that answers as in G39",
    right: "as there",
    source: "as G39",
    at03c8530: "not tried; later ✗ left out",
    tests: targetEvents,
  },
]);
