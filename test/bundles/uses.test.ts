import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { few, sample } from "../support/bulk.ts";
import { isBuilt } from "../support/programs.ts";
import { usable } from "../support/uses/optionsOf.ts";
import { prove, runIgnoring } from "../support/uses/runIgnoring.ts";
import { allUses, usesFile, usesPage } from "../support/uses/usesPage.ts";

test("every option of a program's help, every command and every setting has a test that uses it", () => {
  const names = (all: readonly { readonly kind: string; readonly name: string }[]) =>
    all.map(({ kind, name }) => `${kind} ${name}`).sort();
  assert.deepEqual(names(allUses), names(usable()));
  assert.ok(usable().length > 80, "options, commands and settings are found");
});

test("the page on what ships was written after each use was put to the proof", () => {
  assert.equal(readFileSync(usesFile, "utf8"), usesPage(), "npm run uses");
});

test("a test that uses something fails when it is ignored", async () => {
  assert.ok(isBuilt(), "the bundles are of the sources as they are");
  const chosen = sample(allUses, few(allUses.length, 10), ({ kind, name }) => `${kind} ${name}`);
  assert.deepEqual(await prove(chosen), []);
  assert.ok(chosen.length >= 10);
});

test("a test passes in such a run where nothing that it uses is ignored", async () => {
  const { test: named } = allUses.find(({ name }) => name === "--sign-out") ?? allUses[0] ?? assert.fail();
  assert.equal(await runIgnoring("standalone --not-there", named), "passed");
});
