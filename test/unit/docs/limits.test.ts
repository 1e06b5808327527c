import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { limitsTable, withTable } from "../../../scripts/limits/limitsTable.ts";
import { limitRows } from "../../support/limits/limitRows.ts";

test("the page on limits has every bound as its file sets it, and a test of each", () => {
  const tests = readdirSync("test", { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(".ts") && !name.includes("limitRows"))
    .map((name) => readFileSync(`test/${name}`, "utf8"));
  const wrong = limitRows.flatMap(({ what, set: [file, line], test: title }) => [
    ...(readFileSync(file, "utf8").includes(line) ? [] : [`${what}: ${file} has no ${line}`]),
    ...(tests.some((text) => text.includes(title)) ? [] : [`${what}: no test is called so: ${title}`]),
  ]);
  const page = readFileSync("docs/limits.md", "utf8");
  assert.deepEqual(wrong, []);
  assert.equal(page, withTable(page, limitsTable()), "run scripts/limits.ts");
});
