import assert from "node:assert/strict";
import { test } from "node:test";
import { hasValidHeaders, headerDeclarations } from "../../../src/mcp/toolHeaders.ts";

const text = (header: unknown, more: object = {}) => ({ type: "string", "x-mcp-header": header, ...more });
const schema = (properties: object, more: object = {}) => ({ type: "object", properties, ...more });

test("declarations are found on properties of properties, with the path of their argument", () => {
  const nested = schema({
    region: text("Region"),
    where: schema({ zone: { type: "integer", "x-mcp-header": "Zone" } }),
  });
  assert.deepEqual(headerDeclarations(nested), [
    { path: ["region"], header: "Mcp-Param-Region", isNumber: false },
    { path: ["where", "zone"], header: "Mcp-Param-Zone", isNumber: true },
  ]);
});

test("what is no schema declares nothing", () => {
  assert.deepEqual(
    [undefined, null, 1, "x", { properties: null }, { properties: { a: null } }].map((one) => headerDeclarations(one)),
    [...Array(6).fill([])],
  );
});

const cases: readonly (readonly [name: string, schema: unknown, valid: boolean])[] = [
  ["no declaration", schema({ a: { type: "string" } }), true],
  ["a declaration on a text", schema({ a: text("A") }), true],
  [
    "declarations of the three plain types",
    schema({ a: text("A"), b: { type: "integer", "x-mcp-header": "B" }, c: { type: "boolean", "x-mcp-header": "C" } }),
    true,
  ],
  ["one within a property", schema({ a: schema({ b: text("B") }) }), true],
  ["a property that is called as the keyword", schema({ "x-mcp-header": { type: "string" } }), true],
  ["the keyword within a default value", schema({ a: { type: "object", default: { "x-mcp-header": "A" } } }), true],
  ["a name that is no token", schema({ a: text("A B") }), false],
  ["a name with a line break", schema({ a: text("A\r\nB") }), false],
  ["an empty name", schema({ a: text("") }), false],
  ["a name that is no text", schema({ a: text(1) }), false],
  ["the same name twice, in other letters", schema({ a: text("Same"), b: text("same") }), false],
  ["a number, whose text is not certain", schema({ a: { type: "number", "x-mcp-header": "A" } }), false],
  ["an object", schema({ a: { type: "object", "x-mcp-header": "A" } }), false],
  ["no type", schema({ a: { "x-mcp-header": "A" } }), false],
  ["the whole schema", { type: "object", "x-mcp-header": "A" }, false],
  ["items of an array", schema({ a: { type: "array", items: text("A") } }), false],
  ["under a condition", schema({}, { anyOf: [schema({ a: text("A") })] }), false],
  ["in a definition", schema({}, { $defs: { a: text("A") } }), false],
  ["no schema at all", undefined, true],
];

for (const [name, given, valid] of cases) {
  test(`the headers of a tool are ${valid ? "valid" : "invalid"} with ${name}`, () => {
    assert.equal(hasValidHeaders(given), valid);
  });
}
