import assert from "node:assert/strict";
import { test } from "node:test";
import type * as vscode from "vscode";
import { openLog } from "../../../src/standalone/openLog.ts";
import { channelLog } from "../../../src/vscode/channelLog.ts";

test("a line of the log is redacted before it is cut, since the half of a token does not look like one", (t) => {
  const lines: string[] = [];
  const token = `eyJhbGciOiJSUzI1NiJ9.${"marked".repeat(4000)}.sig`;
  channelLog({ info: (line: string) => lines.push(line) } as unknown as vscode.LogOutputChannel).info("found", {
    value: token,
  });
  const write = t.mock.method(process.stderr, "write", (line: string) => Boolean(lines.push(line.trimEnd())));
  openLog({ verbose: true }).info("found", { value: token });
  write.mock.restore();
  assert.deepEqual(lines, ["found (value=[token])", '[info] found {"value":"[token]"}']);
});
