import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MAX_DEPTH } from "../../../../src/lib/limits.ts";
import { startOfList } from "../../../../src/mcp/wire/startOfList.ts";
import { heldCases, holds } from "../../../support/holds.ts";

/** The bytes in pieces of a length, so that texts, escapes and characters are cut anywhere. */
function cut(text: string | Uint8Array, length: number): readonly Uint8Array[] {
  const bytes = Buffer.from(text);
  return Array.from({ length: Math.ceil(bytes.length / length) }, (_, at) =>
    bytes.subarray(at * length, (at + 1) * length),
  );
}

const item = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 });
const list = fc.record({
  before: fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 2 }),
  items: fc.array(item, { minLength: 2, maxLength: 6 }),
  indent: fc.constantFrom(0, 2),
  end: fc.integer({ min: 1_000, max: 1_000_000 }),
  length: fc.integer({ min: 1, max: 40 }),
});
/** What stands behind the items. */
const tail = ']},"after":"]"}';

test("the beginning of a list has the items that came whole, wherever it ends", () => {
  const cases = { begun: 0, all: 0 };
  holds(
    fc.property(list, ({ before, items, indent, end, length }) => {
      const { tools: _, ...others } = before;
      const answer = (tools: readonly object[]) => ({ id: 1, result: { ...others, tools }, after: "]" });
      const sizeOf = (tools: readonly object[]) => Buffer.byteLength(JSON.stringify(answer(tools))) - tail.length;
      const text = Buffer.from(JSON.stringify(answer(items), null, indent));
      const most = end % (text.length + 1);
      const found = startOfList(cut(text.subarray(0, most), length), "tools");
      if (found === undefined) return;
      const { tools, ...rest } = found.result;
      assert.equal(found.id, 1);
      const { length: given } = tools as readonly unknown[];
      assert.deepEqual({ tools, rest }, JSON.parse(JSON.stringify({ tools: items.slice(0, given), rest: others })));
      if (given === items.length) cases.all++;
      else cases.begun++;
      // What came whole of the next item would be there.
      if (indent === 0 && given < items.length) assert.ok(most < sizeOf(items.slice(0, given + 1)));
    }),
  );
  assert.ok(cases.begun > heldCases / 2 && cases.all > heldCases / 100, JSON.stringify(cases));
});

test("what is no list has no items, and neither has a list of another member or another place", () => {
  const found = (text: string) => startOfList(cut(text, 5), "tools");
  assert.deepEqual(
    [
      ...["", "null", "[[[1", '{"result":{"tools":7', '{"result":{"prompts":[{}', '{"result":[[{"tools":[{}'],
      ...['{"error":{"tools":[{}', '{"result":{"a":{"tools":[{}', '{"tools":[{}', '{"result":{"tools":[{]'],
      '{"result":{"tools":[nonsense, {}',
    ].map(found),
    Array.from({ length: 11 }),
  );
});

test("a list that ended has all of its items, and one whose first item goes on has none", () => {
  const whole = cut('{"id":1,"result":{"tools":[{"name":"a"},{"name":"]"}],"_meta":{"much":"xxx', 7);
  const first = cut('{"id":1,"result":{"tools":[{"name":"a', 7);
  assert.deepEqual(
    [startOfList(whole, "tools"), startOfList(first, "tools")],
    [
      { id: 1, result: { tools: [{ name: "a" }, { name: "]" }] } },
      { id: 1, result: { tools: [] } },
    ],
  );
});

test("items that are nested more deeply than a message may be are not read", () => {
  const deep = (depth: number) => `{"result":{"tools":[{"a":${"[".repeat(depth)}${"]".repeat(depth)}},{`;
  assert.deepEqual(
    [MAX_DEPTH - 4, MAX_DEPTH].map((depth) => startOfList(cut(deep(depth), 100), "tools") !== undefined),
    [true, false],
  );
});
