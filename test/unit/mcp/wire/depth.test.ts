import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isDeeperThan } from "../../../../src/mcp/wire/depth.ts";
import { runs } from "../../../support/bulk.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** A text in pieces, which are cut wherever a stream was. */
function cut(text: string, at: readonly number[]): readonly Uint8Array[] {
  const all = bytes(text);
  const cuts = [0, ...at.map((one) => one % (all.length + 1)).sort((one, other) => one - other), all.length];
  return cuts.slice(1).map((end, i) => all.subarray(cuts[i], end));
}

/** How deep a value is, by itself. */
const depthOf = (value: unknown): number =>
  typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

test("JSON is as deep as its value, whatever stands in its strings and names, and however it is written", () => {
  const text = fc
    .array(fc.constantFrom("[", "]", "{", "}", '"', "\\", "a", "é"), { maxLength: 8 })
    .map((all) => all.join(""));
  const { value: json } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 6, withCrossShrink: true },
      fc.oneof(text, fc.integer(), fc.constantFrom(true, null)),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(text, tie("value"), { maxKeys: 3, noNullPrototype: true }),
    ),
  }));
  fc.assert(
    fc.property(json, fc.nat(8), fc.nat(2), fc.array(fc.nat(), { maxLength: 3 }), (value, depth, indent, at) => {
      // Long enough to be looked at, whatever the depth.
      const written = JSON.stringify(value, undefined, indent).padEnd(40, " ");
      assert.equal(isDeeperThan(cut(written, at), depth), depthOf(value) > depth, written);
    }),
    runs(3000),
  );
});

test("what stands beside each other is not in each other", () => {
  const beside = (one: string) => [bytes(`[${Array(50).fill(one).join(",")}]`)];
  assert.deepEqual(
    ["[]", "{}", '{"a":[]}', "[{}]"].map((one) => [1, 2, 3].map((depth) => isDeeperThan(beside(one), depth))),
    [
      [true, false, false],
      [true, false, false],
      [true, true, false],
      [true, true, false],
    ],
  );
});

test("what ends in the middle of a string, a name or an escape is looked at to its end, and not beyond", () => {
  const found = ['[[["a', '[[["a\\', '[[["a\\"[[[', "[[[", '"[[[[[[[['].map((text) => isDeeperThan([bytes(text)], 1));
  assert.deepEqual(found, [true, true, true, true, false]);
});

test("a large text without brackets is not deep, and a bomb is found out by its first brackets", () => {
  const seen: number[] = [];
  const bomb = new Proxy(bytes("[".repeat(100_000)), {
    get(target, name) {
      if (typeof name === "string" && /^\d+$/.test(name)) seen.push(Number(name));
      return Reflect.get(target, name, target) as unknown;
    },
  });
  assert.deepEqual([isDeeperThan([bytes("1".repeat(100_000))], 3), isDeeperThan([bomb], 512)], [false, true]);
  assert.equal(Math.max(...seen), 512);
});

test("a text that comes byte by byte is as deep as one that comes at once", () => {
  const byByte = (text: string) => Array.from(bytes(text), (_, at) => bytes(text).subarray(at, at + 1));
  const deep = ["[[[", '["\\"",[[', '{"a]]":[[', '["a",[['].map((text) => byByte(text));
  assert.deepEqual(
    deep.map((pieces) => [2, 3].map((depth) => isDeeperThan(pieces, depth))),
    Array(4).fill([true, false]),
  );
});
