import assert from "node:assert/strict";
import { shortTimeouts } from "../support/programClock.ts";
import { freePorts } from "../support/webServer.ts";
import { programWorld } from "./support/program.ts";
import { type WorldTests, worldRows } from "./support/rows.ts";
import { callerOf, startTarget } from "./support/target.ts";

/** What servers were seen to answer to whoever asks with GET for what they say by themselves. */
const answers: Readonly<Record<string, () => Response>> = {
  "JSON with HTTP 200": () => Response.json({ status: "ok" }),
  "a text with HTTP 200": () => new Response("POST JSON-RPC here", { headers: { "content-type": "text/plain" } }),
  "a page with HTTP 200": () => new Response("<html>", { headers: { "content-type": "text/html; charset=utf-8" } }),
  "nothing with HTTP 204": () => new Response(null, { status: 204 }),
  "JSON with HTTP 404": () => Response.json({ error: "Not found" }, { status: 404 }),
  "a text with HTTP 400": () => new Response("No sessionId", { status: 400 }),
  "a page with HTTP 501": () => new Response("<html>", { status: 501 }),
};

/** Calls for so long, in milliseconds. A pause before the next stream is over by then. */
async function calling(call: () => Promise<unknown>, ms: number): Promise<void> {
  for (const since = performance.now(); performance.now() - since < ms; ) assert.equal(await call(), "{}");
}

const overGateway: WorldTests = Object.fromEntries(
  Object.entries(answers).map(([what, answer]) => [
    `a gateway answers with ${what}: it is asked once in each session`,
    async (t) => {
      const { gateway, run, computer } = await programWorld(t);
      gateway.instead = ({ path, bearer, method }) =>
        path === "/mcp" && bearer !== undefined && method === "GET" ? answer() : undefined;
      const ports = ["--redirect-port", (await freePorts(3)).join(",")];
      // A second is a twentieth of one.
      const standalone = await run([gateway.url, ...ports, ...computer.browser()], shortTimeouts(20));
      await standalone.call("echo");
      await calling(() => standalone.call("echo"), 300);
      const sessions = gateway.asked
        .filter(({ method, path, bearer }) => method === "GET" && path === "/mcp" && bearer !== undefined)
        .map(({ headers }) => headers.get("mcp-session-id"));
      assert.ok(sessions.length > 0);
      assert.equal(sessions.length, new Set(sessions).size);
    },
  ]),
);

const behindGateway: WorldTests = Object.fromEntries(
  ["JSON with HTTP 200", "nothing with HTTP 204"].map((what) => [
    `a target answers with ${what}: it is asked once in each session`,
    async (t) => {
      const target = await startTarget(t);
      const sessions: (string | null)[] = [];
      target.instead = (_, { method, headers }) => {
        if (method !== "GET") return undefined;
        sessions.push(headers.get("mcp-session-id"));
        return answers[what]?.();
      };
      const caller = await callerOf(t, [{ name: "one", http: { url: target.url } }]);
      await calling(() => caller.call("one___echo"), 1500);
      assert.ok(sessions.length > 0);
      assert.equal(sessions.length, new Set(sessions).size);
    },
  ]),
);

/** How servers were seen to answer who asks for what they say by themselves. */
worldRows([
  {
    row: "G36",
    kind: 6,
    otherSide:
      "GET is answered with JSON, a text, a page or 204 in the place of a stream or 405, or each stream ends at once",
    right:
      "there is no stream (2025-11-25, basic/transports), and nobody asks again; one that ends at once is opened ever less often",
    source: "malloydata/malloyyo#133, f/prompts.chat#1117, modelcontextprotocol/python-sdk#3257",
    at03c8530: "not tried; later ✗ asked once a second, without end",
    tests: overGateway,
  },
  {
    row: "T24",
    kind: 6,
    otherSide: "a target that answers GET as in G36",
    right: "as there",
    source: "as G36",
    at03c8530: "not tried; later ✗ asked once a second, without end",
    tests: behindGateway,
  },
]);
