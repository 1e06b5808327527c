import assert from "node:assert/strict";
import { test } from "node:test";
import { createBackOff } from "../../../../src/gateway/router/backOff.ts";
import { createCatalogue } from "../../../../src/gateway/router/catalogue.ts";
import { createProcesses } from "../../../../src/gateway/router/processes.ts";
import { createRouter } from "../../../../src/gateway/router/router.ts";
import { targetName } from "../../../../src/gateway/router/target.ts";
import { qualifiedName, splitName } from "../../../../src/lib/qualifiedName.ts";
import type { Json } from "../../../../src/mcp/passThrough.ts";
import { nobody } from "../../../../src/mcp/peer.ts";

/** The settings that these tests have nothing to say about. */
const ordinary = {
  listTimeoutMs: 1000,
  callTimeoutMs: 1000,
  pageSize: 0,
  searchType: undefined,
  exceptionLevel: undefined,
};

test("a tool's name is its target's, three underscores, and its own, whatever that is", () => {
  const names = ["echo", "a_b", "a___b", "_x", "__", "with space"];
  assert.deepEqual(
    names.map((name) => splitName(qualifiedName("my-target", name))),
    names.map((name) => ({ target: "my-target", name })),
  );
});

test("a name without a target is none", () => {
  assert.deepEqual(["echo", "a__b", "___b", "", undefined, 1].map(splitName), Array(6).fill(undefined));
});

test("a target's name leaves the underscores to the separator", () => {
  const good = ["a", "My-Target-1", "9", "a-"];
  const bad = ["", "a_b", "-a", "a--b", "a b", "a".repeat(101), "ä"];
  assert.deepEqual(
    { good: good.filter((name) => targetName.test(name)), bad: bad.filter((name) => targetName.test(name)) },
    { good, bad: [] },
  );
});

test("a caller whose own processes are in the way is told that, and the target is not blamed for it", async () => {
  const failed: string[] = [];
  const settings = {
    targets: [{ kind: "stdio", name: "files", command: "/no/such/program" }] as const,
    ...ordinary,
  };
  const world = {
    info: { name: "test", version: "1" },
    settings: () => settings,
    catalogue: createCatalogue(),
    backOff: createBackOff(),
    processes: createProcesses(0, 5),
    now: () => 0,
    log: () => {},
    targetFailed: (target: string) => failed.push(target),
  };
  const router = createRouter({ capabilities: {}, peer: nobody, hearsChanges: false, caller: undefined }, world);
  const handle = (method: string, params?: Json) => router.handle({ method, params, options: {} });
  const called = await handle("tools/call", { name: "files___x" });
  const listed = await handle("tools/list").catch(({ message }) => message);
  const read = await handle("prompts/get", { name: "files___x" }).catch(({ message }) => message);
  await router.close();
  const words = "All 0 processes of the target files that one caller can have are at work. Please retry later.";
  assert.deepEqual(
    { called, listed, read, failed },
    {
      called: { content: [{ type: "text", text: words }], isError: true },
      listed: words,
      read: words,
      failed: [],
    },
  );
});

test("an exception that nobody foresaw is in the log with its code, and its caller learns nothing of it", async () => {
  const logged: Json[] = [];
  const settings = {
    targets: [],
    ...ordinary,
  };
  const world = {
    info: { name: "test", version: "1" },
    settings: () => settings,
    catalogue: createCatalogue(),
    backOff: createBackOff(),
    processes: createProcesses(),
    now: () => 0,
    log: (message: string, facts: Json) => logged.push({ message, ...facts }),
  };
  const router = createRouter({ capabilities: {}, peer: nobody, hearsChanges: false, caller: undefined }, world);
  const params = new Proxy({} as Json, {
    get: () => {
      throw new TypeError("broke, with access_token=abcdefghijkl");
    },
  });
  const told = await router.handle({ method: "tools/call", params, options: {} }).catch((error: unknown) => error);
  const aborted = AbortSignal.abort();
  await router.handle({ method: "tools/call", params, options: { signal: aborted } }).catch(() => {});
  await router.close();
  const { code, message } = told as { code: number; message: string };
  assert.deepEqual([code, message], [-32603, "An internal error occurred. Please retry later."]);
  assert.deepEqual(
    logged.map(({ at, ...facts }) => facts),
    [
      {
        message: "unforeseen failure",
        method: "tools/call",
        code: "unexpected",
        reason: "TypeError: broke, with access_token=[redacted]",
      },
    ],
  );
});
