import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { english } from "../../src/failures/translate.ts";
import { commandIds, commandName } from "../../src/vscode/commands/commandIds.ts";
import { startBundleHost } from "../support/bundleHost.ts";
import { until } from "../support/until.ts";

const connected = {
  "connections.json": {
    version: 1,
    connections: [{ id: "a", name: "Tools", url: "https://gw.example.com/mcp", authorization: { kind: "none" } }],
  },
};

const minuteMs = 60_000;

/** Moves the clock on, and lets what was started by it come to an end. */
async function pass(t: TestContext, ms: number): Promise<void> {
  t.mock.timers.tick(ms);
  for (let turn = 0; turn < 5_000; turn++) await setImmediate();
}

/** Counts requests, which would go out through the editor's own `fetch`. */
function countRequests(t: TestContext): { readonly count: number } {
  const sent = t.mock.method(globalThis, "fetch", async () => {
    throw new Error("no network here");
  });
  return {
    get count() {
      return sent.mock.callCount();
    },
  };
}

test("activation registers every command, loads no part, sends nothing and says nothing", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const requests = countRequests(t);
  const host = await startBundleHost();
  await pass(t, minuteMs);
  assert.deepEqual(
    {
      loaded: host.loaded,
      shown: host.editor.shown,
      requests: requests.count,
      commands: [...host.editor.commands.keys()].sort(),
    },
    { loaded: ["extension.cjs"], shown: [], requests: 0, commands: commandIds.map(commandName).sort() },
  );
  await host.stop();
});

test("where somebody has a connection the relay and what signs in are loaded once the editor is idle, and nothing is sent", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const requests = countRequests(t);
  const host = await startBundleHost({ stored: connected });
  await pass(t, 1_000);
  assert.deepEqual(host.loaded, ["extension.cjs"]);
  await pass(t, minuteMs);
  await until(() => host.loaded.length > 2, "the relay and what signs in");
  assert.deepEqual(
    { loaded: host.loaded, requests: requests.count },
    { loaded: ["extension.cjs", "relay.cjs", "signIn.cjs"], requests: 0 },
  );
  await host.stop();
});

test("a window that is closed before it is idle loads nothing", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const host = await startBundleHost({ stored: connected });
  await host.stop();
  await pass(t, minuteMs);
  assert.deepEqual(host.loaded, ["extension.cjs"]);
});

test("a part that is missing is named, with what to do, and the command that needed it fails nobody", async () => {
  const host = await startBundleHost({ missing: ["explain.cjs"] });
  const answer = await host.run("copyDiagnostics");
  await until(() => host.editor.shown.length > 0, "the message");
  assert.deepEqual(
    { answer, loaded: host.loaded, shown: host.editor.shown },
    {
      answer: undefined,
      loaded: ["extension.cjs", "commands.cjs"],
      shown: [
        "Gateway Connect is not complete. Expected the file explain.cjs beside the extension. It cannot be loaded: ERR_MODULE_NOT_FOUND. Install the extension again, and reload the window. (part_not_loaded)",
      ],
    },
  );
  await host.stop();
});

test("failures are said in the editor's language: title, detail and next step, and what is missing without them", async () => {
  const spoken: string[] = [];
  for (const file of ["explain.cjs", "commands.cjs"] as const) {
    const translate = (sentence: string, ...args: (string | number)[]) => `⟦${english(sentence, ...args)}⟧`;
    const host = await startBundleHost({ missing: [file], translate });
    await host.run("copyDiagnostics");
    spoken.push(await until(() => host.editor.shown[0], "the message"));
    await host.stop();
  }
  assert.deepEqual(
    spoken.map((message) => message.replace(/⟦[^⟧]*⟧/g, "…")),
    ["… … … (part_not_loaded)", "…"],
  );
});

test("without commands and the words of failures every command still says what is missing", async () => {
  const host = await startBundleHost({ missing: ["commands.cjs"] });
  for (const run of host.editor.commands.values()) assert.equal(await run(), undefined);
  await until(() => host.editor.shown.length === commandIds.length, "a message for each command");
  assert.deepEqual(
    [...new Set(host.editor.shown)],
    [
      "Gateway Connect is not complete: commands.cjs cannot be loaded. Install the extension again, and reload the window. (part_not_loaded)",
    ],
  );
  await host.stop();
});

test("an entry in a host's file brings what changes such files and the socket that hosts come in by, and no command", async () => {
  const entries = { version: 1, entries: [{ connectionId: "a", host: "generic", path: "/nowhere/mcp.json" }] };
  const host = await startBundleHost({ stored: { ...connected, "entries.json": entries } });
  assert.deepEqual(
    { loaded: host.loaded.toSorted(), shown: host.editor.shown },
    { loaded: ["extension.cjs", "mcpJson.cjs", "socket.cjs"], shown: [] },
  );
  await host.stop();
});
