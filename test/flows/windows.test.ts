import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { commonClock } from "../support/programClock.ts";
import { testProgram } from "../support/programs.ts";
import { temporaryFolder } from "../support/temporaryFolder.ts";
import { until } from "../support/until.ts";
import { withSandbox } from "../support/withSandbox.ts";

const WINDOWS = 10;

test("ten windows whose token ended while the computer slept renew it once, and nobody is signed out", (t) => {
  const clock = commonClock(t);
  return withSandbox({ asksConsent: false }, async (sandbox) => {
    const folder = temporaryFolder(t, "windows");
    const args = [testProgram("test/support/otherProcesses/editorWindow.ts"), folder, sandbox.gatewayUrl];
    const start = () =>
      windowOf(
        spawn(process.execPath, args, {
          env: { ...process.env, NODE_TEST_CONTEXT: undefined, ...clock.env },
          stdio: ["pipe", "pipe", "inherit"],
        }),
      );
    // The first one connects the gateway, and the others find it.
    const first = start();
    await until(() => first.lines.length === 1, "a window that is connected");
    const all = [first, ...Array.from({ length: WINDOWS - 1 }, start)];
    await until(() => all.every(({ lines }) => lines.length === 1), "windows that are there");
    const before = sandbox.observe().grants;
    clock.moveOn(660);
    for (const { ask } of all) ask("sample___whoami");
    await until(() => all.every(({ lines }) => lines.length === 2), "an answer in each window");
    const answers = all.map(({ lines }) => JSON.parse(lines[1] ?? "{}") as { said?: string; pages?: number });
    await Promise.all(all.map(({ end }) => end()));
    assert.deepEqual(
      {
        answered: answers.filter(({ said }) => said?.startsWith("You are Ada")).length,
        pages: answers.map(({ pages }) => pages ?? 0).reduce((sum, pages) => sum + pages),
        grants: [before, sandbox.observe().grants],
      },
      {
        answered: WINDOWS,
        pages: 1,
        grants: [{ authorization_code: 1 }, { authorization_code: 1, refresh_token: 1 }],
      },
    );
  });
});

/** A window that is told tools to call, a line each, and answers each. */
function windowOf(child: ChildProcess) {
  const lines: string[] = [];
  if (child.stdout) createInterface({ input: child.stdout }).on("line", (line) => lines.push(line));
  return {
    lines,
    ask: (tool: string) => child.stdin?.write(`${tool}\n`),
    end: () =>
      new Promise<void>((ended) => {
        child.once("close", () => ended());
        child.stdin?.end();
      }),
  };
}
