import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type * as vscode from "vscode";
import { openLog } from "../../../src/standalone/openLog.ts";
import { openLog as openEditorLog } from "../../../src/vscode/openLog.ts";

test("a line of the log is redacted before it is cut, since the half of a token does not look like one", (t) => {
  const lines: string[] = [];
  const token = `eyJhbGciOiJSUzI1NiJ9.${"marked".repeat(4000)}.sig`;
  openEditorLog({ info: (line: string) => lines.push(line) } as unknown as vscode.LogOutputChannel).info("found", {
    value: token,
  });
  const write = t.mock.method(process.stderr, "write", (line: string) => Boolean(lines.push(line.trimEnd())));
  openLog({ verbose: true }).info("found", { value: token });
  write.mock.restore();
  assert.deepEqual(lines, ["found (value=[token])", '[info] found {"value":"[token]"}']);
});

test("a program that ends waits for the last line of its log, and not for a reader that has stopped", async (t) => {
  const written: (() => void)[] = [];
  const write = t.mock.method(process.stderr, "write", (_: string, done?: () => void) => {
    if (done) written.push(done);
    return false;
  });
  try {
    const states: string[] = [];
    const closing = openLog({ verbose: true })
      .close()
      .then(() => states.push("closed"));
    await setImmediate();
    states.push("waits");
    for (const done of written) done();
    await closing;
    assert.deepEqual({ states, asked: written.length }, { states: ["waits", "closed"], asked: 1 });
    await openLog({ verbose: true }).close();
  } finally {
    write.mock.restore();
  }
});
