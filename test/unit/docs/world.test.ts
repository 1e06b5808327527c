import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { worldPage } from "../../../scripts/world/worldPage.ts";

test("the page about other people's servers says what the rows say; npm run world writes it", async () => {
  const written = await worldPage();
  const rows = [...written.matchAll(/^\| ([PGTS]\d+) \|/gm)].map(([, row]) => row);
  assert.equal(readFileSync("docs/world.md", "utf8"), written);
  assert.ok(rows.length >= 55, "the rows are read");
  assert.equal(new Set(rows).size, rows.length, "each row is there once");
});
