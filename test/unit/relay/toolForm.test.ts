import assert from "node:assert/strict";
import { test } from "node:test";
import { fieldValue, type ToolField, toolForm } from "../../../src/relay/toolForm.ts";

const form = (inputSchema: unknown) => toolForm({ name: "tool", inputSchema });

const field = (changes: Partial<ToolField>): ToolField => ({
  name: "a",
  description: "",
  required: false,
  type: "string",
  choices: [],
  defaultValue: "",
  ...changes,
});

test("simple arguments are asked for one by one, those that are needed first", () => {
  assert.deepEqual(
    form({
      type: "object",
      properties: {
        a: { type: "string", description: "The first." },
        b: { type: "number", default: 2 },
        c: { type: "integer" },
        d: { type: "boolean", default: false },
        e: { type: "string", enum: ["x", "y"], default: "y" },
      },
      required: ["c", "e"],
    }),
    {
      kind: "fields",
      fields: [
        field({ name: "c", required: true, type: "integer" }),
        field({ name: "e", required: true, type: "choice", choices: ["x", "y"], defaultValue: "y" }),
        field({ name: "a", description: "The first." }),
        field({ name: "b", type: "number", defaultValue: "2" }),
        field({ name: "d", type: "boolean", choices: ["true", "false"], defaultValue: "false" }),
      ],
    },
  );
});

test("a tool without arguments asks for none", () => {
  const none = { kind: "fields", fields: [] };
  assert.deepEqual(
    [form(undefined), form(null), form({}), form({ type: "object", properties: {} })],
    [none, none, none, none],
  );
});

test("arguments that are many or have parts are asked for as JSON, with what is needed in place", () => {
  const many = Object.fromEntries("abcdefg".split("").map((name) => [name, { type: "string" }]));
  const json = (template: unknown) => ({ kind: "json", template: JSON.stringify(template) });
  assert.deepEqual(
    {
      many: form({ properties: many, required: ["b"] }),
      list: form({ properties: { a: { type: "array" }, b: { type: "string", default: "x" } }, required: ["a", "b"] }),
      object: form({ properties: { a: { type: "object" } } }),
      either: form({ properties: { a: { type: ["string", "null"] } }, required: ["a"] }),
      anything: form({ properties: { a: true }, required: ["a"] }),
      notDescribed: form({ properties: { a: { type: "string" } }, required: ["a", "b"] }),
    },
    {
      many: json({ b: null }),
      list: json({ a: null, b: "x" }),
      object: json({}),
      either: json({ a: null }),
      anything: json({ a: null }),
      notDescribed: json({ a: null, b: null }),
    },
  );
});

test("a schema that is none does not keep a tool from being run", () => {
  const kinds = [
    { properties: { a: null } },
    { properties: { a: { type: "string" } }, required: 5 },
    { properties: "a" },
    { properties: { a: { enum: [] } } },
    "schema",
  ].map((schema) => form(schema).kind);
  assert.deepEqual(kinds, ["json", "fields", "fields", "json", "fields"]);
});

test("what was typed becomes the value its schema asks for; what cannot stays as it was typed", () => {
  const typed: [ToolField["type"], string][] = [
    ["number", " 1.5 "],
    ["integer", "3"],
    ["integer", "3.5"],
    ["number", "1e400"],
    ["number", ""],
    ["number", "three"],
    ["boolean", "true"],
    ["boolean", "false"],
    ["boolean", "yes"],
    ["string", " 7 "],
    ["choice", "x"],
  ];
  assert.deepEqual(
    typed.map(([type, text]) => fieldValue(field({ type }), text)),
    [1.5, 3, 3.5, "1e400", "", "three", true, false, "yes", " 7 ", "x"],
  );
});
