import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { tokensOf } from "../../../scripts/l10n/tokens.ts";

const page = readFileSync("docs/verification.md", "utf8");

/** A test's file, and the titles that follow it in italics; `…` stands for what is left out at an end. */
const named = [
  ...page.matchAll(
    /`(?<file>(?:unit|flows|ide|conformance|bundles|windows|world)\/[\w/]+\.test\.ts)`(?<titles>: \*[^*\n]+\*(?:; \*[^*\n]+\*)*)?/g,
  ),
].map(({ groups }) => ({
  file: `test/${groups?.file}`,
  titles: [...(groups?.titles ?? "").matchAll(/\*(?<title>[^*]+)\*/g)].map((match) => match.groups?.title ?? ""),
}));

/** Every text that stands in a file, as a pattern: what a title computes may be anything. */
function textsOf(file: string): RegExp[] {
  return tokensOf(readFileSync(file, "utf8"))
    .filter(({ kind }) => kind === "text" || kind === "template")
    .map(({ kind, text }) => {
      const parts = kind === "template" ? text.split(/\{\d+\}/) : [text];
      return new RegExp(`^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".+")}$`, "s");
    });
}

const texts = new Map<string, readonly RegExp[]>();

function isTitleIn(file: string, title: string): boolean {
  const known = texts.get(file) ?? textsOf(file);
  texts.set(file, known);
  const begins = title.startsWith("… ");
  const ends = title.endsWith("…");
  if (!begins && !ends) return known.some((pattern) => pattern.test(title));
  const core = title.replace(/^… /, "").replace(/ ?…$/, "");
  // Only a part is quoted, so it has to stand in the file as it is written there.
  return readFileSync(file, "utf8").replaceAll('\\"', '"').includes(core);
}

test("every test that the page on verification names exists, with the titles that it quotes", () => {
  const missing = named.flatMap(({ file, titles }) =>
    existsSync(file)
      ? titles.filter((title) => !isTitleIn(file, title)).map((title) => `${file} has no test "${title}"`)
      : [`${file} is not there`],
  );
  assert.deepEqual(missing, []);
  assert.ok(named.length > 200 && named.flatMap(({ titles }) => titles).length > 100, "the page is read");
});

test("what follows the name of a test's file after a colon is a title, so that it is looked up", () => {
  const loose =
    page.match(/`(?:unit|flows|ide|conformance|bundles|windows|world)\/[\w/]+\.test\.ts`: (?!\*)[^\n]{0,60}/g) ?? [];
  assert.deepEqual(loose, []);
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
