import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { startWebServer } from "../support/webServer.ts";
import { programWorld } from "./support/program.ts";
import { type WorldTests, worldRows } from "./support/rows.ts";
import { callerOf, startTarget } from "./support/target.ts";

/** Where redirects lead, with what has to be read of it; `elsewhere` is another server. */
const places: Readonly<Record<string, { readonly to: (elsewhere: string) => string; readonly reads: RegExp }>> = {
  "another host": {
    to: (elsewhere) => `${elsewhere}/mcp`,
    reads: /points to http:\/\/127\.0\.0\.1:\d+\/mcp, where nothing/,
  },
  "another host, with a secret in its query": {
    to: (elsewhere) => `${elsewhere}/login?state=s3cret&next=%2Fmcp#s3cret`,
    reads: /points to http:\/\/127\.0\.0\.1:\d+\/login, where nothing/,
  },
  "a long address": {
    to: (elsewhere) => `${elsewhere}/${"long".repeat(2000)}`,
    reads: /points to http:\/\/127\.0\.0\.1:\d+\/(?:long){30,50}l?o?n?…, where nothing/,
  },
  "a scheme of a page": { to: () => "javascript:alert(1)", reads: /points to javascript:…, where nothing/ },
};
const statuses = [301, 302, 303, 307, 308];

const answer = (status: number, location: string) => new Response("<html>", { status, headers: { location } });

/** Another server, and how often it was asked for anything. */
async function elsewhereOf(t: TestContext): Promise<{ readonly url: string; asked(): number }> {
  let asked = 0;
  const server = await startWebServer(() => {
    asked++;
    return new Response("{}");
  });
  t.after(() => server.stop());
  return { url: server.origin, asked: () => asked };
}

const calls = (): WorldTests =>
  Object.fromEntries(
    Object.entries(places).flatMap(([what, { to, reads }]) =>
      statuses.map((status) => [
        `HTTP ${status} to a call that points to ${what} is told with the place, and nothing is sent there`,
        async (t: TestContext) => {
          const elsewhere = await elsewhereOf(t);
          const { gateway, start, provider } = await programWorld(t);
          gateway.instead = ({ rpc, bearer }) =>
            rpc.method === "tools/call" && bearer !== undefined ? answer(status, to(elsewhere.url)) : undefined;
          const said = await (await start()).call("echo");
          assert.match(said, new RegExp(`leads elsewhere.*HTTP ${status}.*use its address there`, "s"));
          assert.match(said, reads);
          assert.doesNotMatch(said, /s3cret/);
          assert.deepEqual([elsewhere.asked(), gateway.count("tools/call"), provider.count("token")], [0, 1, 1]);
        },
      ]),
    ),
  );

worldRows([
  {
    row: "G33",
    kind: 5,
    otherSide: "a redirect in the place of an answer to a call, by whatever is in front of the gateway",
    right:
      "told with the place, cleaned and without its query, and with what to do; a token is not sent to another host, and a call is sent once (RFC 9110, 15.4)",
    source: "mcp-remote#238, GitbookIO/gitbook#4280, python-sdk#3397, draft-detective#774",
    at03c8530: "not tried; later ✗ “failed to answer … HTTP 302”",
    tests: {
      ...calls(),
      ...Object.fromEntries(
        [301, 302, 303].map((status) => [
          `HTTP ${status} to a page of the same origin is told too`,
          async (t: TestContext) => {
            const { gateway, start } = await programWorld(t);
            gateway.instead = ({ rpc, bearer }) =>
              rpc.method === "tools/call" && bearer !== undefined ? answer(status, "/login?next=/mcp") : undefined;
            assert.match(await (await start()).call("echo"), /leads elsewhere.*points to http:\/\/\S+\/login, where/s);
            assert.equal(gateway.asked.filter(({ path }) => path === "/login").length, 0);
          },
        ]),
      ),
      ...Object.fromEntries(
        [
          ["none", undefined],
          ["one that is no address", "http://"],
        ].map(([what, location]) => [
          `HTTP 302 with ${what} as its place is told as an error`,
          async (t: TestContext) => {
            const { gateway, start } = await programWorld(t);
            const headers = location === undefined ? {} : { location };
            gateway.instead = ({ rpc, bearer }) =>
              rpc.method === "tools/call" && bearer !== undefined
                ? new Response("", { status: 302, headers })
                : undefined;
            assert.match(await (await start()).call("echo"), /failed to answer.*HTTP 302/s);
          },
        ]),
      ),
    },
  },
  {
    row: "T22",
    kind: 5,
    otherSide: "a target that answers as in G33",
    right: "told to the operator with the place, and with DEBUG to the caller",
    source: "as G33",
    at03c8530: "not tried; later ~ with as much of the address as there was",
    tests: Object.fromEntries(
      Object.entries(places).map(([what, { to }]) => [
        `a call that is pointed to ${what} fails with the place, and nothing is sent there`,
        async (t: TestContext) => {
          const elsewhere = await elsewhereOf(t);
          const target = await startTarget(t);
          target.instead = ({ method }) => (method === "tools/call" ? answer(302, to(elsewhere.url)) : undefined);
          const caller = await callerOf(t, [{ name: "a", http: { url: target.url } }]);
          assert.match(await caller.call("a___echo"), /Redirect to (?:http:\/\/127\.0\.0\.1:\d+\/|javascript:…)/);
          const line = await caller.gateway.said("Redirect to");
          assert.ok(!line.includes("s3cret") && line.length < 1000, line);
          assert.equal(elsewhere.asked(), 0);
        },
      ]),
    ),
  },
]);
