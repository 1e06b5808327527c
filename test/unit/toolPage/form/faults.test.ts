import assert from "node:assert/strict";
import { test } from "node:test";
import { english } from "../../../../src/failures/translate.ts";
import { faultsOf } from "../../../../src/toolPage/form/faults.ts";
import { validation } from "../../../../src/toolPage/form/validate.ts";
import { pathKey } from "../../../../src/toolPage/json.ts";
import { pageWords } from "../../../../src/toolPage/pageWords.ts";

const words = pageWords(english);

function faults(schema: unknown, value: unknown, chosen?: ReadonlyMap<string, number>) {
  const found = faultsOf({ value, schema, validate: validation(schema, schema), words, ...(chosen && { chosen }) });
  return Object.fromEntries(found.map(({ path, text }) => [pathKey(path), text]));
}

test("each fault stands where it can be mended, with what was expected", () => {
  const schema = {
    type: "object",
    required: ["title", 'with "quotes"'],
    additionalProperties: false,
    properties: {
      title: { type: "string" },
      'with "quotes"': {},
      count: { type: "integer", minimum: 1, maximum: 5 },
      code: { type: "string", pattern: "^[A-Z]+$", maxLength: 3 },
      mail: { type: "string", format: "email" },
      tags: { type: "array", items: { type: "string" }, uniqueItems: true, minItems: 3 },
      level: { enum: ["low", "high"] },
      inner: { $ref: "#/$defs/inner" },
    },
    $defs: { inner: { type: "object", properties: { "a/b": { type: "number", exclusiveMinimum: 10 } } } },
  };
  const value = {
    count: 9,
    code: "ab",
    mail: "nobody",
    tags: ["a", 5],
    level: "middle",
    inner: { "a/b": 10 },
    extra: true,
  };
  assert.deepEqual(faults(schema, value), {
    "/title": "This one is needed.",
    '/with "quotes"': "This one is needed.",
    "/count": "Expected at most 5.",
    "/code": "Expected a text that matches ^[A-Z]+$.",
    "/mail": "Expected the format email.",
    "/tags": "Expected at least 3 items.",
    "/tags/1": "Expected a text, found a number.",
    "/level": "Expected one of the values that are offered.",
    "/inner/a~1b": "Expected more than 10.",
    "/extra": "This is not an argument that it takes.",
  });
});

test("a fault is found at an argument whatever its name has in it", () => {
  const names = ["a/b", "a~b", "a~1b", "50%", "%7E1", "größe", "#", "a b", "~01"];
  const properties = Object.fromEntries(names.map((name) => [name, { type: "number", maximum: 5 }]));
  const value = Object.fromEntries(names.map((name) => [name, 9]));
  const schema = { type: "object", properties };
  const expected = Object.fromEntries(names.map((name) => [pathKey([name]), "Expected at most 5."]));
  assert.deepEqual(faults(schema, value), expected);
});

test("of several forms only the chosen one says what is wrong", () => {
  const schema = {
    properties: {
      who: {
        oneOf: [
          { type: "object", required: ["email"], properties: { email: { type: "string" } } },
          { type: "object", required: ["team"], properties: { team: { type: "integer" } } },
        ],
      },
    },
  };
  const value = { who: { team: "x" } };
  assert.deepEqual(
    [0, 1].map((form) => faults(schema, value, new Map([["/who", form]]))),
    [{ "/who/email": "This one is needed." }, { "/who/team": "Expected a whole number, found a text." }],
  );
});

test("a schema that cannot be used finds no fault: the gateway decides then", () => {
  const unusable = [{ $ref: "https://example.com/x" }, { type: "object", properties: { a: { pattern: "[" } } }];
  assert.deepEqual(
    unusable.map((schema) => faults(schema, { a: "x" })),
    [{}, {}],
  );
  assert.deepEqual(faults(undefined, {}), {});
});
