import assert from "node:assert/strict";
import { test } from "node:test";
import { AjvJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/ajv";
import type { JsonSchemaType } from "@modelcontextprotocol/sdk/validation/types.js";
import { isReadableSchema } from "../../../src/mcp/readableSchema.ts";

const within = (member: object) => ({ type: "object", properties: { a: member } });
const x = { $defs: { X: { type: "string" }, "a/b~c d": {} } };

/** Schemas of tools as servers have them, each with what is odd about it if anything is. */
const schemas: Readonly<Record<string, object>> = {
  nothing: {},
  "an object": within({ type: "string" }),
  "every type": { type: ["object", "array", "string", "number", "integer", "boolean", "null"] },
  "a reference": { ...within({ $ref: "#/$defs/X" }), ...x },
  "a reference with signs": { ...within({ $ref: "#/$defs/a~1b~0c%20d" }), ...x },
  "a reference to all of it": within({ $ref: "#" }),
  "a reference to a place of a list": { anyOf: [{ type: "object" }], ...within({ $ref: "#/anyOf/0" }) },
  "a reference to draft-07": within({ $ref: "http://json-schema.org/draft-07/schema#" }),
  "a reference to nowhere": within({ $ref: "#/$defs/ScreenInstance" }),
  "a reference to nowhere in definitions": { ...within({ $ref: "#/definitions/Y" }), definitions: { X: {} } },
  "a reference to nowhere in a list": { anyOf: [{ $ref: "#/$defs/Y" }], ...x },
  "a reference to nowhere in items": within({ type: "array", items: { $ref: "#/components/schemas/Y" } }),
  "a reference to nowhere that is not used": { ...x, $defs: { X: { $ref: "#/$defs/Y" } } },
  "a reference to what is no schema": { ...within({ $ref: "#/title" }), title: "T" },
  "a reference elsewhere": within({ $ref: "https://schemas.example/a.json" }),
  "a reference by a name": within({ $ref: "Thing" }),
  "a reference that is a number": within({ $ref: 7 }),
  "type any": within({ type: "any" }),
  "type in capitals": within({ type: "String" }),
  "a type that is null": within({ type: null }),
  "a list of types with any": within({ type: ["string", "any"] }),
  "required: true": within({ type: "string", required: true }),
  "required of numbers": { type: "object", required: [7] },
  "a pattern of PCRE": within({ type: "string", pattern: "(?i)^a" }),
  "a pattern with an escape that is none": within({ type: "string", pattern: "^\\_a\\-b$" }),
  "a pattern": within({ type: "string", pattern: "^\\p{L}+$" }),
  "a pattern of names of PCRE": { type: "object", patternProperties: { "(?P<a>b)": {} } },
  "exclusiveMinimum: true": within({ type: "number", minimum: 1, exclusiveMinimum: true }),
  "a minimum that is a text": within({ type: "number", minimum: "1" }),
  "an enum that is a text": within({ enum: "a" }),
  "an enum of nothing": within({ enum: [] }),
  "an enum of null": within({ enum: [null, 1] }),
  "properties that are a list": within({ type: "object", properties: [] }),
  "properties that are true": within({ type: "object", properties: { b: true } }),
  "a property that is null": within({ type: "object", properties: { b: null } }),
  "items that are a list": within({ type: "array", items: [{ type: "string" }] }),
  "items that are null": within({ type: "array", items: null }),
  "anyOf of nothing": within({ anyOf: [] }),
  "anyOf that is an object": within({ anyOf: {} }),
  "additionalProperties: null": { type: "object", additionalProperties: null },
  "additionalProperties: false": { type: "object", additionalProperties: false },
  "draft-04": { $schema: "http://json-schema.org/draft-04/schema#", type: "object" },
  "an id of draft-04": { id: "https://schemas.example/a", type: "object" },
  "properties by the names of keywords": {
    type: "object",
    properties: { type: { type: "string" }, id: {}, required: {}, $ref: {}, constructor: {}, hasOwnProperty: {} },
  },
  "members by the names of every object": { type: "object", constructor: 1, hasOwnProperty: 2, toString: null },
  "what a default and an example say": within({
    default: { type: "any" },
    examples: [{ $ref: "#/x" }],
    const: { id: 1 },
  }),
  "a format that nobody knows": within({ type: "string", format: "money" }),
};

/** What a host's validator would take, though it is none of JSON Schema: others do not. */
const forgiven: ReadonlySet<string> = new Set([
  "a reference to nowhere that is not used",
  "a reference to what is no schema",
  "required of numbers",
  "a pattern of names of PCRE",
  "anyOf of nothing",
]);

for (const [what, schema] of Object.entries(schemas)) {
  test(`a schema with ${what} counts as readable as a host's validator has it`, () => {
    let isRead = true;
    try {
      new AjvJsonSchemaValidator().getValidator(schema as JsonSchemaType);
    } catch {
      isRead = false;
    }
    assert.deepEqual(
      [isReadableSchema(schema as Record<string, unknown>), isRead],
      forgiven.has(what) ? [false, true] : [isRead, isRead],
    );
  });
}

test("a reference is not judged where the schema has names of its own", () => {
  const named = { $id: "https://a.example/s", ...within({ $ref: "https://a.example/s#/$defs/X" }), ...x };
  const anchored = { ...within({ $ref: "#thing" }), $defs: { X: { $anchor: "thing" } } };
  assert.deepEqual([isReadableSchema(named), isReadableSchema(anchored)], [true, true]);
});
