import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { isTitleIn, looseNames, quotedTests } from "../../support/quotedTests.ts";

const page = readFileSync("docs/verification.md", "utf8");

const { named, missing } = quotedTests(page);

test("every test that the page on verification names exists, with the titles that it quotes", () => {
  assert.deepEqual(missing, []);
  assert.ok(named.length > 200 && named.flatMap(({ titles }) => titles).length > 100, "the page is read");
});

test("what follows the name of a test's file after a colon is a title, so that it is looked up", () => {
  assert.deepEqual(looseNames(page), []);
});

test("each fault that a person met names the test that shows it mended, or says that there is none", () => {
  const [, part = ""] = page.split("## What a person meets\n");
  const rows = (part.split("\n## ")[0] ?? "")
    .split("\n")
    .filter((line) => /^\| (\d+)? *\| (?!what was met)/.test(line));
  const numbers = rows.flatMap((row) => /^\| (\d+) /.exec(row)?.[1] ?? []).map(Number);
  assert.deepEqual(
    { numbers, without: rows.filter((row) => !/`: \*[^*]+\*/.test(row) && !row.includes("**gap**")) },
    { numbers: Array.from({ length: 17 }, (_, at) => at + 1), without: [] },
  );
  assert.ok(rows.length > 28, "the rows are read");
});

test("a title that no test has is found", () => {
  const file = "test/unit/docs/verification.test.ts";
  assert.deepEqual(
    [isTitleIn(file, "a title that no test has is found"), isTitleIn(file, "no test is called".concat(" this"))],
    [true, false],
  );
});
