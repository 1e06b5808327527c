import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type FieldShape, fieldOf } from "../../../../src/toolPage/form/field.ts";
import { addedValue, initialValue } from "../../../../src/toolPage/form/initialValue.ts";
import { variantOf } from "../../../../src/toolPage/form/variantOf.ts";
import { runs } from "../../../support/bulk.ts";

const shapeOf = (schema: unknown, root: unknown = schema): FieldShape => fieldOf(schema, root).shape;

test("each kind of schema has a field of its own", () => {
  const kinds: readonly (readonly [schema: unknown, kind: FieldShape["kind"]])[] = [
    [{ type: "string" }, "text"],
    [{ pattern: "^a" }, "text"],
    [{ type: "integer" }, "number"],
    [{ minimum: 1 }, "number"],
    [{ type: "boolean" }, "switch"],
    [{ enum: ["a", 1, null] }, "choice"],
    [{ oneOf: [{ const: 1, title: "One" }, { const: 2 }] }, "choice"],
    [{ type: "array", items: { type: "string" } }, "list"],
    [{ prefixItems: [{ type: "string" }] }, "list"],
    [{ type: "array", uniqueItems: true, items: { enum: ["a", "b"] } }, "choices"],
    [{ type: "object" }, "group"],
    [{ properties: { a: {} } }, "group"],
    [{ anyOf: [{ type: "string" }, { type: "object" }] }, "variants"],
    [{ type: ["string", "number"] }, "variants"],
    [{ const: 5 }, "constant"],
    [{ type: "null" }, "constant"],
    [{}, "json"],
    [true, "json"],
    [undefined, "json"],
    ["nonsense", "json"],
  ];
  assert.deepEqual(
    kinds.map(([schema]) => shapeOf(schema).kind),
    kinds.map(([, kind]) => kind),
  );
});

test("null beside one other thing is a value more, and no form of its own", () => {
  const nullable = [
    { type: ["string", "null"] },
    { anyOf: [{ type: "string" }, { type: "null" }] },
    { type: "string", nullable: true },
    { oneOf: [{ const: null }, { $ref: "#/$defs/text" }] },
  ];
  const root = { $defs: { text: { type: "string" } } };
  assert.deepEqual(
    nullable.map((schema) => [fieldOf(schema, root).nullable, shapeOf(schema, root).kind]),
    nullable.map(() => [true, "text"]),
  );
});

test("references, also to itself, are followed as far as somebody opens them, and what is not there is said", () => {
  const root = {
    type: "object",
    properties: { child: { $ref: "#" }, other: { $ref: "#/$defs/a%7E1b" }, far: { $ref: "https://example.com/x" } },
    $defs: { "a/b": { type: "integer", title: "From afar" }, loop: { $ref: "#/$defs/loop" } },
  };
  const { members } = shapeOf(root) as Extract<FieldShape, { kind: "group" }>;
  assert.deepEqual(
    {
      child: shapeOf(members[0]?.schema, root).kind,
      other: fieldOf(members[1]?.schema, root).title,
      far: shapeOf(members[2]?.schema, root),
      loop: shapeOf({ $ref: "#/$defs/loop" }, root),
    },
    {
      child: "group",
      other: "From afar",
      far: { kind: "json", problem: "unresolved" },
      loop: { kind: "json", problem: "unresolved" },
    },
  );
});

test("the parts of allOf are one, and members that depend on others need not be there", () => {
  const schema = {
    allOf: [{ properties: { a: { type: "string" } }, required: ["a"] }, { properties: { b: { type: "number" } } }],
    if: { properties: { a: { const: "x" } } },
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema has it
    then: { properties: { c: { type: "boolean" } }, required: ["c"] },
  };
  const { members } = shapeOf(schema) as Extract<FieldShape, { kind: "group" }>;
  assert.deepEqual(members.map(({ name, required }) => [name, required]).sort(), [
    ["a", true],
    ["b", false],
    ["c", false],
  ]);
});

test("a part of allOf whose members are named as a prototype's changes no schema", () => {
  const part = JSON.parse('{"__proto__":{"type":"string"},"title":"A"}') as object;
  const schema = { type: "object", allOf: [part], properties: { a: {} } };
  assert.deepEqual([shapeOf(schema).kind, shapeOf({ allOf: [part] }).kind], ["group", "json"]);
});

test("a form begins with the schema's defaults, and with what can only be one thing", () => {
  const schema = {
    type: "object",
    required: ["flag", "kind", "inner", "list", "text", "one"],
    properties: {
      flag: { type: "boolean" },
      on: { type: "boolean", default: true },
      priority: { enum: ["low", "normal"], default: "normal" },
      kind: { const: "person" },
      one: { enum: ["only"] },
      inner: { type: "object", properties: { depth: { type: "integer", default: 3 } } },
      list: { type: "array", items: { type: "string" }, minItems: 2 },
      text: { type: "string" },
      optional: { type: "object", properties: { a: { default: 1 } } },
    },
  };
  assert.deepEqual(initialValue({ schema, root: schema, required: true }), {
    flag: false,
    on: true,
    priority: "normal",
    kind: "person",
    one: "only",
    inner: { depth: 3 },
    list: [],
  });
});

test("a schema that needs itself begins with something that has an end", () => {
  const schema = { type: "object", properties: { next: { $ref: "#" } }, required: ["next"] };
  assert.ok(JSON.stringify(initialValue({ schema, root: schema, required: true })).length < 1000);
});

test("of several forms a value has the one that it fits, or is most like", () => {
  const variants = [
    { label: "a", schema: { properties: { kind: { const: "a" }, x: { type: "string" } }, required: ["kind", "x"] } },
    { label: "b", schema: { properties: { kind: { const: "b" }, y: { type: "string" } }, required: ["kind", "y"] } },
    { label: "text", schema: { type: "string" } },
  ];
  assert.deepEqual(
    [{ kind: "b", y: "1" }, { kind: "b" }, "text", undefined].map((value) => variantOf(value, variants, {})),
    [1, 1, 2, 0],
  );
});

const names = fc.constantFrom("a", "b", "__proto__", "constructor", "toString", "", "a/b", "~", "ü\u202e");

/** Schemas as nobody should write them: any keyword with any value, parts in parts, references to anywhere. */
const oddSchema = fc.letrec<{ schema: unknown }>((tie) => ({
  schema: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(true, false, null, 5, "x", [], {}, { $ref: "#" }, { $ref: "#/$defs/a" }, { $ref: "nowhere" }),
    fc.record(
      {
        type: fc.oneof(
          fc.constantFrom("object", "array", "string", "integer", "null", "boolean", "none", 5),
          fc.array(fc.constantFrom("string", "null", "object")),
        ),
        properties: fc.oneof(fc.dictionary(names, tie("schema"), { maxKeys: 4 }), fc.constant(5)),
        required: fc.oneof(fc.array(names), fc.constant("a"), fc.constant([1, null])),
        items: fc.oneof(tie("schema"), fc.array(tie("schema"), { maxLength: 2 })),
        prefixItems: fc.oneof(fc.array(tie("schema"), { maxLength: 2 }), fc.constant(null)),
        minItems: fc.constantFrom(0, 3, -1, 1e9, "many"),
        anyOf: fc.oneof(fc.array(tie("schema"), { maxLength: 3 }), fc.constant({})),
        oneOf: fc.oneof(fc.array(tie("schema"), { maxLength: 3 }), fc.constant(null)),
        allOf: fc.oneof(fc.array(tie("schema"), { maxLength: 3 }), fc.constant(7)),
        enum: fc.oneof(fc.array(fc.jsonValue(), { maxLength: 3 }), fc.constant({})),
        const: fc.jsonValue(),
        default: fc.jsonValue(),
        additionalProperties: tie("schema"),
        uniqueItems: fc.constantFrom(true, "yes"),
        $defs: fc.dictionary(names, tie("schema"), { maxKeys: 2 }),
        title: fc.constantFrom("T", 5, ""),
      },
      { requiredKeys: [] },
    ),
  ),
})).schema;

/** Opens every part of a form as deep as a person would have to click. */
function open(schema: unknown, root: unknown, depth: number): number {
  const { shape } = fieldOf(schema, root);
  JSON.stringify(addedValue(schema, root));
  if (depth === 0) return 1;
  const parts =
    shape.kind === "group"
      ? [...shape.members.map((member) => member.schema), shape.others]
      : shape.kind === "list"
        ? [shape.itemAt(0), shape.itemAt(7)]
        : shape.kind === "variants"
          ? shape.variants.map((variant) => variant.schema)
          : [];
  return 1 + parts.slice(0, 5).reduce<number>((sum, part) => sum + open(part, root, depth - 1), 0);
}

test("no schema, however odd, keeps a form from being made", () => {
  let opened = 0;
  fc.assert(
    fc.property(oddSchema, fc.jsonValue(), (schema, value) => {
      opened += open(schema, schema, 3);
      const { shape } = fieldOf(schema, schema);
      if (shape.kind === "variants") {
        const index = variantOf(value, shape.variants, schema);
        assert.ok(index >= 0 && index < shape.variants.length);
      }
    }),
    runs(2_000),
  );
  assert.ok(opened > 200, `${opened} forms were opened`);
});
