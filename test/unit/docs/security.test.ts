import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { isTitleIn, looseNames, quotedTests } from "../../support/quotedTests.ts";

const page = readFileSync("SECURITY.md", "utf8");
const [, threats = ""] = page.split("## Who may try what\n");
const rows = (threats.split("\n## ")[0] ?? "")
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| what they try"));

test("every test that the threat table names exists, with the titles that it quotes", () => {
  const { named, missing } = quotedTests(page);
  assert.deepEqual([missing, looseNames(page)], [[], []]);
  assert.ok(named.length > 40, `${named.length} tests are read`);
});

test("each threat has a test that shows it stopped", () => {
  const without = rows.filter((row) => {
    const [, , , shown = ""] = row.split(" | ").length >= 3 ? ["", ...row.split(" | ")] : [];
    return !/`[\w/]+\.test\.ts`/.test(shown) && !shown.startsWith("the same");
  });
  assert.deepEqual(without, []);
  assert.ok(rows.length > 35, `${rows.length} rows are read`);
});

test("the page is linked from the README and the manifest, and a title that no test has is found", () => {
  const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Readonly<Record<string, unknown>>;
  assert.deepEqual(
    {
      readme: readFileSync("README.md", "utf8").includes("/blob/main/SECURITY.md)"),
      manifest: String(manifest.security).endsWith("/SECURITY.md"),
      titles: [
        isTitleIn("test/unit/docs/security.test.ts", "each threat has a test that shows it stopped"),
        isTitleIn("test/unit/docs/security.test.ts", "no test is called".concat(" this")),
      ],
    },
    { readme: true, manifest: true, titles: [true, false] },
  );
});
