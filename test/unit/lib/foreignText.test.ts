import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { foreignLines, foreignText } from "../../../src/lib/foreignText.ts";
import { anyCharacter } from "../../support/anyText.ts";
import { runs } from "../../support/bulk.ts";
import { hostile, hostileParts } from "../../support/hostileText.ts";

test("what a terminal obeys, what turns or hides text and what breaks a line is gone, and the rest stands", () => {
  const cases: readonly (readonly [given: string, shown: string])[] = [
    ["\u001b[31mred\u001b[0m", "red"],
    ["\u009b31mred", "red"],
    ["\u001b]0;title\u0007rest", "rest"],
    ["\u001b]8;;https://evil.example\u001b\\link\u001b]8;;\u001b\\", "link"],
    ["a\r\nb\u2028c\u0085d\te", "a b c d e"],
    ["photo\u202egnp.exe\u2066\u200b", "photognp.exe"],
    ["q\ud800r\u{e0041}", "qr"],
    ["नमस्ते 👩‍👩‍👧 مرحبا é", "नमस्ते 👩‍👩‍👧 مرحبا é"],
    [hostile("x"), "x Signed in. !"],
    ["", ""],
  ];
  assert.deepEqual(
    cases.map(([given]) => foreignText(given)),
    cases.map(([, shown]) => shown),
  );
});

test("a long text is cut at a whole character, and one of megabytes is not searched through", () => {
  assert.deepEqual(
    [foreignText("abcdef", 3), foreignText("ab😀cd", 3), foreignText("x".repeat(100_000_000), 5)],
    ["abc…", "ab…", "xxxxx…"],
  );
});

test("lines stay where they are ours, each cleaned", () => {
  assert.deepEqual(foreignLines('{\n  "a": "\u202eb\u001b[1m"\n}'), ["{", '  "a": "b"', "}"]);
});

test("whatever is given, nothing is left that is not seen, and once cleaned it stays as it is", () => {
  const piece = fc.oneof(fc.string({ unit: anyCharacter }), fc.constant(hostile("")), fc.constant("\u001b"));
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const shown = foreignText(pieces.join(""), 1_000);
      const left = hostileParts(shown).filter((part) => !part.includes("Signed in"));
      return left.length === 0 && foreignText(shown, 2_000) === shown;
    }),
    runs(1_000),
  );
});
