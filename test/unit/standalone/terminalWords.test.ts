import assert from "node:assert/strict";
import { test } from "node:test";
import type { AnyFailure } from "../../../src/failures/failure.ts";
import { standaloneFailureText } from "../../../src/standalone/terminalWords.ts";
import { everyFailure, ofTheEditor, toldAsInEditor } from "../../support/failureSamples.ts";

const met = everyFailure().filter(({ code }) => ![...ofTheEditor, ...toldAsInEditor].includes(code));

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
