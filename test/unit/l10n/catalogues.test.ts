import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { catalogueFile, kinds, merged, readCatalogue } from "../../../scripts/l10n/catalogues.ts";
import { languages, notReviewed, REVIEW_KEY } from "../../../scripts/l10n/languages.ts";
import { bypassingLiterals } from "../../../scripts/l10n/literals.ts";
import { movedStrings } from "../../../scripts/l10n/manifestStrings.ts";
import { collectSentences } from "../../../scripts/l10n/sentences.ts";

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

test("a place left empty takes away no translation that is there already, and a filled one replaces it", () => {
  const english = { Add: "Add", Stop: "Stop", Run: "Run" };
  assert.deepEqual(merged(english, { Add: "Añadir", Stop: "Parar" }, { Add: "", Stop: "Detener", Run: "" }), {
    done: { Add: "Añadir", Stop: "Detener" },
    missing: { Run: "Run" },
  });
});

test("nothing that a person reads in the editor is left out of any language; `npm run l10n` names what is", () => {
  const { all, unknown } = collectSentences();
  const { words, manifest } = movedStrings(
    JSON.parse(readFileSync("package.json", "utf8")),
    readCatalogue(catalogueFile("manifest")),
  );
  const english = { manifest: words, code: Object.fromEntries(all.map((sentence) => [sentence, sentence])) };
  assert.deepEqual(JSON.parse(readFileSync("package.json", "utf8")), manifest, "the manifest has words of its own");
  assert.deepEqual({ unknown, past: bypassingLiterals() }, { unknown: [], past: [] });
  for (const kind of kinds) {
    assert.deepEqual(readCatalogue(catalogueFile(kind)), english[kind]);
    for (const language of languages) {
      const { missing } = merged(english[kind], readCatalogue(catalogueFile(kind, language)));
      assert.deepEqual(missing, {}, catalogueFile(kind, language));
    }
  }
  assert.ok(all.length > 500 && Object.keys(words).length > 80, "the words are read");
});

test("what was filled in is taken, what is gone is left out, and what is missing is told with its English words", () => {
  const english = { a: "A", b: "B", c: "C" };
  assert.deepEqual(merged(english, { a: "あ", gone: "x" }, { b: "い", c: "" }), {
    done: { a: "あ", b: "い" },
    missing: { c: "C" },
  });
});
