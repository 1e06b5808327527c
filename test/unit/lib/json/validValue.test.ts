import assert from "node:assert/strict";
import { test } from "node:test";
import { isValidValue, type ValueSchema } from "../../../../src/lib/json/validValue.ts";

const cases: readonly (readonly [schema: ValueSchema, good: readonly unknown[], bad: readonly unknown[]])[] = [
  [{}, [undefined, null, 7, {}], []],
  [{ type: "string" }, ["", "a"], [null, 7, ["a"]]],
  [{ type: "string", minLength: 1, pattern: "^a" }, ["a", "ab"], ["", "b"]],
  [{ type: "string", enum: ["a", "b"] }, ["a", "b"], ["c", "", null]],
  [{ enum: ["a"] }, ["a"], [["a"], 7]],
  [{ const: false }, [false], [true, 0, ""]],
  [{ type: "boolean" }, [true, false], ["true", 1]],
  [{ anyOf: [{ type: "string" }, { const: false }] }, ["a", false], [true, null]],
  [{ type: "integer", minimum: 1, maximum: 9 }, [1, 9], [0, 10, 1.5, "1", Number.NaN]],
  [{ type: "array", minItems: 1, items: { type: "integer" } }, [[1], [1, 2]], [[], ["1"], {}, "1"]],
  [{ type: "object", minProperties: 1, maxProperties: 1 }, [{ a: 1 }], [{}, { a: 1, b: 2 }, [1], null]],
  [
    { type: "object", properties: { a: { type: "string" } }, additionalProperties: false },
    [{}, { a: "x" }],
    [{ a: 7 }, { b: "x" }, { toString: "x" }],
  ],
  [{ type: "object", properties: { a: { type: "string" } } }, [{ b: 7 }], [{ a: 7 }]],
];

for (const [schema, good, bad] of cases) {
  test(`${JSON.stringify(schema)} takes what it describes and nothing else`, () => {
    assert.deepEqual(
      { good: good.filter((one) => !isValidValue(one, schema)), bad: bad.filter((one) => isValidValue(one, schema)) },
      { good: [], bad: [] },
    );
  });
}
