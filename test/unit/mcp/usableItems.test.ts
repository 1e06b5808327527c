import assert from "node:assert/strict";
import { test } from "node:test";
import { listMethods } from "../../../src/mcp/lists.ts";
import { usableItems } from "../../../src/mcp/usableItems.ts";

/** What is listed, and what is told of the rest. */
function read(method: (typeof listMethods)[number], items: readonly unknown[]) {
  const told: string[] = [];
  const usable = usableItems(method, items, (item, reason) => told.push(`${item}: ${reason}`));
  return { usable, told };
}

const schema = { type: "object", properties: { a: {} } };
const good = {
  "tools/list": { name: "good", inputSchema: schema, novelty: 1 },
  "prompts/list": { name: "good", arguments: [] },
  "resources/list": { uri: "test://good", name: "good" },
  "resources/templates/list": { uriTemplate: "test://{good}", name: "good" },
} as const;
const others = [null, undefined, [], "text", 7, true];

for (const method of listMethods) {
  const item = good[method];
  const name = Object.keys(item)[0] as string;

  test(`of ${method} what is no item is left out, by its place, and the others stay as they are`, () => {
    for (const bad of others) {
      assert.deepEqual(read(method, [item, bad, item]), { usable: [item, item], told: ["number 2: it is no object"] });
    }
  });

  test(`of ${method} an item without ${name} is left out, since nobody could ask for it`, () => {
    for (const bad of [...others, ""].filter((value) => value !== "text")) {
      assert.deepEqual(read(method, [{ ...item, [name]: bad }, item]), {
        usable: [item],
        told: [`number 1: it has no ${name}`],
      });
    }
  });
}

test("a tool without a schema for its arguments is left out by its name", () => {
  const reasons = new Set(others.concat(7).map((bad) => read("tools/list", [{ name: "a", inputSchema: bad }]).told[0]));
  assert.deepEqual([...reasons], ["a: it has no inputSchema", "a: its inputSchema is not one of an object"]);
  const typed = ["string", ["object"], null, 7].map((type) =>
    read("tools/list", [{ name: "a", inputSchema: { type } }]),
  );
  assert.deepEqual(
    typed.map(({ usable, told }) => [usable.length, told.length]),
    Array(4).fill([0, 1]),
  );
});

test("a schema that does not say that arguments are an object says so afterwards", () => {
  const { usable, told } = read("tools/list", [{ name: "a", inputSchema: {} }]);
  assert.deepEqual([usable, told], [[{ name: "a", inputSchema: { type: "object" } }], []]);
});

test("a resource without a name has its address as one", () => {
  for (const name of [undefined, null, "", 7]) {
    const { usable } = read("resources/list", [{ uri: "test://a", name }]);
    assert.deepEqual(usable, [{ uri: "test://a", name: "test://a" }]);
  }
});

test("properties that are true and false are written as objects that mean it, and those that are none are left out", () => {
  const properties = { a: true, b: false, c: {}, d: 7, e: null };
  const read1 = read("tools/list", [{ name: "a", inputSchema: { type: "object", properties } }]).usable;
  assert.deepEqual(read1, [
    { name: "a", inputSchema: { type: "object", properties: { a: {}, b: { not: {} }, c: {} } } },
  ]);
});

test("members within members are held to their types, item by item", () => {
  const mended: readonly (readonly [string, unknown, unknown])[] = [
    ["annotations", { title: 7, readOnlyHint: "true", novelty: 1 }, { novelty: 1 }],
    ["annotations", { destructiveHint: 0, idempotentHint: null, openWorldHint: false }, { openWorldHint: false }],
    ["annotations", { audience: ["user", "robot"], priority: 2, lastModified: "yesterday" }, {}],
    ["annotations", { audience: "user", priority: "1", lastModified: 7 }, {}],
    ["icons", "https://a.example/x.png", undefined],
    ["icons", [{ src: 7 }, null, { src: "data:", sizes: "48x48", theme: "blue" }], [{ src: "data:" }]],
    ["arguments", { a: 1 }, undefined],
    ["arguments", ["a", { name: "b", required: "yes", description: null }], [{ name: "b" }]],
    ["execution", { taskSupport: "maybe" }, {}],
    ["size", "12", undefined],
    ["mimeType", 7, undefined],
    ["outputSchema", { type: "any" }, undefined],
  ];
  for (const [name, value, expected] of mended) {
    const item = { name: "a", inputSchema: schema };
    const { usable } = read("tools/list", [{ ...item, [name]: value }]);
    assert.deepEqual(usable, [{ ...item, ...(expected !== undefined && { [name]: expected }) }], name);
  }
  const good = {
    ...{ annotations: { audience: ["user", "assistant"], priority: 0.5, lastModified: "2026-01-02T03:04:05Z" } },
    ...{ icons: [{ src: "data:", sizes: ["any"], theme: "dark", novelty: null }], size: 12, mimeType: "text/plain" },
    ...{ arguments: [{ name: "b", required: true }], execution: { taskSupport: "optional" }, name: "a", uri: "a:b" },
  };
  const { novelty: _, ...icon } = good.icons[0] as Record<string, unknown>;
  assert.deepEqual(read("resources/list", [good]).usable, [{ ...good, icons: [icon] }]);
  const fine = { ...good, icons: [icon] };
  assert.equal(read("resources/list", [fine]).usable[0], fine);
});

test("an optional member that no reader takes is as if it were not there, and what readers take stays", () => {
  const odd = { title: 7, description: null, annotations: [], outputSchema: null, execution: [], _meta: "text" };
  const fine = { title: "T", description: "D", annotations: { readOnlyHint: true }, icons: [], novelty: 1 };
  for (const [name, value] of Object.entries(odd)) {
    const tool = { name: "a", inputSchema: schema, ...fine };
    const { [name]: _, ...expected } = tool as Record<string, unknown>;
    assert.deepEqual(read("tools/list", [{ ...tool, [name]: value }]), { usable: [expected], told: [] });
  }
  const hints = { annotations: { title: null, readOnlyHint: true } };
  const input = { inputSchema: { type: "object", properties: [], required: null, additionalProperties: false } };
  const { usable } = read("tools/list", [{ name: "a", ...hints, ...input }]);
  const inputSchema = { type: "object", additionalProperties: false };
  assert.deepEqual(usable, [{ name: "a", annotations: { readOnlyHint: true }, inputSchema }]);
});
