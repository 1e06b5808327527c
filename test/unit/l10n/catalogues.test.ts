import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { catalogueFile, kinds, merged, readCatalogue } from "../../../scripts/l10n/catalogues.ts";
import { languages, notReviewed, REVIEW_KEY } from "../../../scripts/l10n/languages.ts";

/** What has to stand in every language as it is: places for facts, settings, members, options, links, icons and codes. */
const fixed =
  /\{\d+\}|`[^`]+`|"[a-z]\w*"(?=\W)|gatewayConnect\.\w+|command:[\w.]+|\$\([\w~-]+\)|https?:\/\/[\w./]+|--[a-z-]+|RFC \d+|#gatewayConnect[\w.]+#/g;

const fixedIn = (text: string): readonly string[] => [...text.matchAll(fixed)].map(([found]) => found).sort();

for (const language of languages) {
  for (const kind of kinds) {
    const file = catalogueFile(kind, language);
    test(`${file} keeps what is no words, and names nothing that English does not have`, () => {
      const [english, words] = [readCatalogue(catalogueFile(kind)), readCatalogue(file)];
      const unknown = Object.keys(words).filter((key) => !(key in english));
      const wrong = Object.entries(words).flatMap(([key, text]) => {
        const [expected, found] = [fixedIn(english[key] ?? ""), fixedIn(text)];
        return expected.join() === found.join() ? [] : [{ key, expected, found }];
      });
      assert.deepEqual({ unknown, wrong }, { unknown: [], wrong: [] });
      if (existsSync(file)) assert.equal(JSON.parse(readFileSync(file, "utf8"))[REVIEW_KEY], notReviewed);
    });
  }
}

test("what was filled in is taken, what is gone is left out, and what is missing is told with its English words", () => {
  const english = { a: "A", b: "B", c: "C" };
  assert.deepEqual(merged(english, { a: "あ", gone: "x" }, { b: "い", c: "" }), {
    done: { a: "あ", b: "い" },
    missing: { c: "C" },
  });
});
