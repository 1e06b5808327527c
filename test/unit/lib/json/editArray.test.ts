import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Node, parse, parseTree } from "jsonc-parser";
import { withElement, withoutElement } from "../../../../src/lib/json/editArray.ts";
import { runs } from "../../../support/bulk.ts";

const arrayIn = (text: string): Node => parseTree(text) ?? assert.fail("it is no JSON");
const add = (text: string, element = "@ours") => withElement(text, arrayIn(text), element);
const remove = (text: string, element = "@ours") => withoutElement(text, arrayIn(text), element);

test("a text is put at the end in the array's own manner", () => {
  assert.deepEqual(
    ["[]", '["a"]', '[\n  "a",\n  "b" // c\n]', '[\r\n\t"a",\r\n]'].map((text) => add(text)),
    ['["@ours"]', '["a", "@ours"]', '[\n  "a",\n  "b",\n  "@ours" // c\n]', '[\r\n\t"a",\r\n\t"@ours",\r\n]'],
  );
});

const noise = fc.constantFrom("", " ", "\n", "\r\n  ", " // a, ]\n", "/* , [ */");
const element = fc.oneof(
  fc.constantFrom('"a"', '"@ours2"', '"*"', '","', '"]"', "{}", "[1, 2]", "null"),
  fc.string().map((one) => JSON.stringify(one)),
);
const arrays = fc
  .tuple(fc.array(fc.tuple(noise, element, noise), { maxLength: 4 }), noise, fc.boolean())
  .map(([all, end, comma]) => {
    const text = all.map(([before, one, after]) => before + one + after).join(",");
    return `[${text}${comma && all.length > 0 ? "," : ""}${end}]`;
  });

test("whatever the array, a text comes and goes without a byte of a change", () => {
  fc.assert(
    fc.property(arrays, (text) => {
      const added = add(text);
      assert.deepEqual(parse(added), [...parse(text), "@ours"]);
      assert.equal(remove(added), text);
      assert.equal(remove(text, "@not there"), text);
    }),
    runs(5000),
  );
});

test("whatever the array, a text of its middle goes and every comment stays", () => {
  const comments = (text: string) => text.replace(/"(?:[^"\\]|\\.)*"/g, '""').match(/\/\/[^\r\n]*|\/\*.*?\*\//gs) ?? [];
  fc.assert(
    fc.property(arrays, fc.nat(), (text, at) => {
      const before: unknown[] = parse(text);
      const gone = before[at % before.length];
      fc.pre(typeof gone === "string");
      const after = remove(text, gone);
      const wanted = before.toSpliced(before.indexOf(gone), 1);
      assert.deepEqual([parse(after), comments(after)], [wanted, comments(text)]);
    }),
    runs(5000),
  );
});
