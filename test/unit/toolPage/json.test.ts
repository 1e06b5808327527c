import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { sameJson } from "../../../src/lib/json/sameJson.ts";
import { valueAt, withValueAt } from "../../../src/toolPage/json.ts";
import { runs } from "../../support/bulk.ts";

const path = fc.array(fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor")), {
  minLength: 1,
  maxLength: 4,
});

test("what is set at a place stands there, is taken away with undefined, and changes nothing else", () => {
  let count = 0;
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), path, fc.jsonValue(), (value, at, next) => {
      const before = JSON.stringify(value);
      const set = withValueAt(value, at, next);
      assert.ok(sameJson(valueAt(set, at), next));
      assert.equal(valueAt(withValueAt(set, at, undefined), at), undefined);
      assert.equal(JSON.stringify(value), before);
      assert.equal(({} as { polluted?: unknown }).polluted, undefined);
      count++;
    }),
    runs(1_000),
  );
  assert.ok(count > 50);
});

test("items of a list have numbers, and members that are undefined are none", () => {
  assert.deepEqual(withValueAt({ a: [1, 2] }, ["a", 1], 5), { a: [1, 5] });
  assert.ok(sameJson({ a: 1, b: undefined }, { a: 1 }));
  assert.ok(!sameJson({ a: 1 }, { a: 1, b: null }));
  assert.ok(!sameJson([1], { 0: 1 }));
});
