import assert from "node:assert/strict";
import { test } from "node:test";
import { few, seed } from "../support/bulk.ts";
import { type CallerName, callers } from "../support/faults/callers.ts";
import { restarted, restartOf, restartsOnPage, when } from "../support/faults/restarts.ts";

const rows = restartsOnPage();
const names = Object.keys(callers) as readonly CallerName[];

test("the page has an ending of every restart, between calls and in mid-call, and of no other", () => {
  const wanted = Object.keys(restartOf).flatMap((which) => when.map((at) => `${which} ${at}`));
  assert.deepEqual(rows.map(({ which, at }) => `${which} ${at}`).sort(), wanted.sort());
});

// Each run takes a fifth of the rows and programs, and all of them in bulk.
const tried = rows.flatMap((row, at) =>
  names.map((name, program) => ({ ...row, name, number: at * names.length + program })),
);
for (const { which, at, ends, name, number } of tried.filter(({ number }) => few(1, 0) || number % 5 === seed % 5)) {
  test(`a restart of ${which}, ${at}, ends as the page says: ${name}`, async () => {
    assert.deepEqual(await restarted(callers[name], restartOf[which] ?? {}, at), ends, `case ${number}`);
  });
}
