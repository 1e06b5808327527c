import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { visibleJson } from "../../../src/lib/visibleJson.ts";
import { anyCharacter } from "../../support/anyText.ts";
import { runs } from "../../support/bulk.ts";
import { hostile, hostileParts } from "../../support/hostileText.ts";

test("JSON with what is not seen as escapes says the same to whoever parses it, and nothing to a terminal", () => {
  const texts = fc.array(
    fc.oneof(fc.string({ unit: anyCharacter }), fc.constant(hostile("a")), fc.constant("\u{e0100}\u{e0041}")),
  );
  fc.assert(
    fc.property(texts, fc.constantFrom(undefined, 2), (value, indent) => {
      const shown = visibleJson(JSON.stringify(value, undefined, indent));
      assert.deepEqual(JSON.parse(shown), value);
      assert.deepEqual(hostileParts(shown), []);
    }),
    runs(300),
  );
  assert.equal(visibleJson(JSON.stringify("Ünï – 日本 🖼")), JSON.stringify("Ünï – 日本 🖼"));
});
