import assert from "node:assert/strict";
import { test } from "node:test";
import { checkToolArguments } from "../../../src/relay/toolArguments.ts";
import { failureOf } from "../../support/fakePorts.ts";

const faults = async (schema: unknown, args: Record<string, unknown>): Promise<unknown> => {
  const failure = await failureOf(() => checkToolArguments("tool", schema, args));
  return (failure as { facts?: { faults?: unknown } }).facts?.faults ?? failure;
};

const schema = {
  type: "object",
  properties: {
    text: { type: "string", minLength: 2 },
    tags: { type: "array", items: { type: "string" } },
    place: { $ref: "#/$defs/place" },
  },
  required: ["text"],
  $defs: { place: { type: "object", properties: { city: { type: "string" } } } },
};

test("arguments that fit pass, also where a tool has no schema", async () => {
  assert.deepEqual(
    [
      await faults(schema, { text: "milk", tags: ["a"], place: { city: "Bern" } }),
      await faults(undefined, { anything: 1 }),
      await faults(null, {}),
      await faults({}, { anything: 1 }),
    ],
    ["no failure", "no failure", "no failure", "no failure"],
  );
});

test("every fault is named once, at the place where it is", async () => {
  const failure = await failureOf(() => checkToolArguments("tool", schema, { tags: [1], place: { city: 2 } }));
  const wrong = "expected string, found number";
  assert.deepEqual(failure, {
    code: "tool_arguments_invalid",
    facts: {
      tool: "tool",
      faults: [
        'arguments: Instance does not have required property "text".',
        `tags/0: ${wrong}`,
        `place/city: ${wrong}`,
      ],
    },
  });
});

test("an argument that the schema does not know is named in words, once", async () => {
  assert.deepEqual(await faults({ type: "object", properties: {}, additionalProperties: false }, { extra: 1 }), [
    "extra: is not an argument of this tool",
  ]);
});

test("a schema is read as the draft it says it is", async () => {
  const exclusive = (draft: string) => ({
    $schema: draft,
    properties: { n: { type: "number", minimum: 0, exclusiveMinimum: true } },
  });
  const beside = (draft: string) => ({
    $schema: draft,
    definitions: { text: { type: "string" } },
    properties: { t: { $ref: "#/definitions/text", maxLength: 1 } },
  });
  assert.deepEqual(
    [
      await faults(exclusive("http://json-schema.org/draft-04/schema#"), { n: 0.5 }),
      await faults(beside("http://json-schema.org/draft-07/schema#"), { t: "long" }),
      await faults(beside("https://json-schema.org/draft/2020-12/schema"), { t: "long" }),
    ],
    ["no failure", "no failure", ["t: String is too long (4 > 1)."]],
  );
});

test("a schema that cannot be used leaves the decision to the gateway", async () => {
  assert.deepEqual(
    [
      await faults({ properties: { a: { $ref: "https://elsewhere.example/schema" } } }, { a: 1 }),
      await faults({ properties: { a: { type: "string", pattern: "(" } } }, { a: "x" }),
    ],
    ["no failure", "no failure"],
  );
});
