import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { hostHasEcho } from "./support/echoServed.ts";
import { connectedEditor } from "./support/editor.ts";
import { programWorld } from "./support/program.ts";
import { startProvider } from "./support/provider.ts";
import { type WorldTests, worldRows } from "./support/rows.ts";
import { smallReply } from "./support/smallServer.ts";
import { callerOf, startTarget, type TargetRpc } from "./support/target.ts";

/** How balancers were seen to set the cookie by which they know the replica, and others of the kind. */
const cookies: Readonly<Record<string, string>> = {
  "as ALB does": "AWSALB=r1/+a==; Expires=Fri, 31 Dec 2100 12:00:00 GMT; Path=/",
  "as Azure does": "ARRAffinity=abc; Path=/; HttpOnly; Domain=gateway.example",
  "as nginx does": "route=1700000000.1.2.3|abc; Path=/; HttpOnly",
  "as a Kubernetes ingress does": "INGRESSCOOKIE=1.2.3|abc; Max-Age=172800; Path=/; Secure; HttpOnly",
  "with nothing beside it": "SERVERID=s1",
};

/** Two replicas of a server behind a balancer: without its cookie a request reaches the one that does not know the session. */
function balanced(cookie: string): (rpc: TargetRpc, method: string, sent: string | null) => Response {
  const pair = cookie.split(";")[0] ?? "";
  return (rpc, method, sent) => {
    if (rpc.method === "initialize") {
      const reply = smallReply(rpc);
      reply.headers.set("set-cookie", cookie);
      reply.headers.set("mcp-session-id", "s");
      return reply;
    }
    if (!sent?.split("; ").includes(pair)) {
      return Response.json(
        { jsonrpc: "2.0", id: null, error: { code: -32001, message: "Session not found" } },
        { status: 404 },
      );
    }
    return method === "POST" ? smallReply(rpc) : new Response(null, { status: method === "GET" ? 405 : 200 });
  };
}

const overGateway = (): WorldTests =>
  Object.fromEntries(
    Object.entries(cookies).map(([what, cookie]) => [
      `a gateway's balancer sets its cookie ${what}`,
      async (t: TestContext) => {
        const { gateway, start } = await programWorld(t);
        const reply = balanced(cookie);
        gateway.instead = ({ path, bearer, rpc, method, headers }) =>
          path === "/mcp" && bearer !== undefined ? reply(rpc, method, headers.get("cookie")) : undefined;
        const standalone = await start();
        await hostHasEcho(standalone);
      },
    ]),
  );

worldRows([
  {
    row: "G35",
    kind: 3,
    otherSide: "a balancer that keeps a session at its replica by a cookie",
    right:
      "given back to the origin that set it, over the same connection alone, from memory (RFC 6265); few and small ones are kept",
    source: "mcp-remote#168, modelcontextprotocol/modelcontextprotocol#325, taptap/instant-games-open-mcp#92",
    at03c8530: "not tried; later ✗ each request reached another replica",
    tests: {
      ...overGateway(),
      "in the editor too": async (t) => {
        const reply = balanced("AWSALB=r1; Path=/");
        const { world, id } = await connectedEditor(t, await startProvider(t), (gateway) => {
          gateway.instead = ({ path, bearer, rpc, method, headers }) =>
            path === "/mcp" && bearer !== undefined ? reply(rpc, method, headers.get("cookie")) : undefined;
        });
        assert.equal(await world.call(id, "echo"), "{}");
      },
      "another connection begins without": async (t) => {
        const { gateway, start } = await programWorld(t);
        const first: (string | null)[] = [];
        const reply = balanced("AWSALB=r1; Path=/");
        gateway.instead = ({ path, bearer, rpc, method, headers }) => {
          if (path !== "/mcp" || bearer === undefined) return undefined;
          if (rpc.method === "initialize") first.push(headers.get("cookie"));
          return reply(rpc, method, headers.get("cookie"));
        };
        for (let at = 0; at < 2; at++) {
          const standalone = await start();
          assert.equal(await standalone.call("echo"), "{}");
          await standalone.close();
        }
        assert.deepEqual([...new Set(first)], [null]);
      },
    },
  },
  {
    row: "T23",
    kind: 3,
    otherSide: "a target behind such a balancer as in G35",
    right: "as there, for each caller by itself",
    source: "as G35",
    at03c8530: "not tried; later ✗ left out",
    tests: Object.fromEntries(
      Object.entries(cookies).map(([what, cookie]) => [
        `a target's balancer sets its cookie ${what}`,
        async (t: TestContext) => {
          const target = await startTarget(t);
          const reply = balanced(cookie);
          target.instead = (rpc, { method, headers }) => reply(rpc, method, headers.get("cookie"));
          const caller = await callerOf(t, [{ name: "a", http: { url: target.url } }]);
          assert.deepEqual([await caller.tools(), await caller.call("a___echo")], [["a___echo"], "{}"]);
        },
      ]),
    ),
  },
]);
