import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { InMemoryTransport } from "@modelcontextprotocol/server";
import { CallerSession } from "../../../src/mcp/callerSession.ts";
import { CallerSessions } from "../../../src/mcp/callerSessions.ts";
import type { Route } from "../../../src/mcp/route.ts";
import { patienceMs } from "../../support/until.ts";

test("whoever closes all sessions waits for what one had open that ended just before", async () => {
  const seen: string[] = [];
  let closed = () => {};
  const route: Route = {
    handle: async () => ({}),
    notify: async () => {},
    sweep() {},
    close: () =>
      new Promise((resolve) => {
        closed = () => {
          seen.push("route closed");
          resolve();
        };
      }),
  };
  const sessions = new CallerSessions<undefined, Route>({
    create: (id, _context, onClosed) =>
      new CallerSession(id, {
        serverInfo: { name: "test", version: "1" },
        capabilities: () => ({ tools: {} }),
        instructions: () => undefined,
        now: () => 0,
        route: () => route,
        onClosed,
      }),
    isExpired: () => false,
  });
  const [host, line] = InMemoryTransport.createLinkedPair();
  const session = await sessions.openOn(line, undefined);
  await host.start();
  assert.equal(session.route, route);
  await host.close();
  const all = sessions.closeAll().then(() => seen.push("all closed"));
  assert.equal(sessions.size, 0);
  await new Promise((resolve) => setImmediate(resolve));
  closed();
  await all;
  assert.deepEqual(seen, ["route closed", "all closed"]);
});

test("a session keeps nothing of the request that opened it but whose it is", () => {
  const args = ["--expose-gc", "--import", "tsx", "test/support/leaks/openers.ts"];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", timeout: patienceMs });
  assert.equal(stdout.trim(), '{"open":20,"kept":0}', stderr);
});
