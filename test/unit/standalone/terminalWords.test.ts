import assert from "node:assert/strict";
import { test } from "node:test";
import type { AnyFailure, FailureCode } from "../../../src/failures/failure.ts";
import { standaloneFailureText } from "../../../src/standalone/terminalWords.ts";
import { everyFailure } from "../../support/failureSamples.ts";

/** What only the editor does: its relay's socket, mcp.json files, sandbox and local gateways. */
const ofTheEditor: readonly FailureCode[] = [
  "relay_not_started",
  "sandbox_not_started",
  "local_gateway_not_started",
  "host_file_invalid",
  "host_file_unusable",
  "host_file_busy",
  "host_file_protected",
  "host_entry_impossible",
  "runtime_not_found",
];

const met = everyFailure().filter(({ code }) => !ofTheEditor.includes(code));

test("in a terminal no failure names the editor, its settings or its commands", () => {
  const naming = met
    .map(standaloneFailureText)
    .filter((text) => /editor|gatewayConnect|Gateway Connect:|reload|window|…"/i.test(text));
  assert.deepEqual(naming, []);
});

test("in a terminal every failure has a title, a detail, a next step and its code, a line each", () => {
  const incomplete = met.filter((failure: AnyFailure) => {
    const lines = standaloneFailureText(failure).split("\n");
    return lines.length !== 4 || lines[3] !== `  (${failure.code})` || !/[.)]$/.test(lines[2] ?? "");
  });
  assert.deepEqual(incomplete, []);
});
