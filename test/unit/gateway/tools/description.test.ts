import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Description, readDescription } from "../../../../src/gateway/tools/description.ts";
import { readSmithyModel } from "../../../../src/gateway/tools/smithyTools.ts";
import { positionsIn } from "../../../../src/lib/json/jsonDocument.ts";
import { runs } from "../../../support/bulk.ts";

const said = (text: string, read: (text: string) => Description = readDescription): unknown => {
  const found = read(text);
  if (found.kind === "read") return found.value;
  const positionOf = positionsIn(text);
  return found.faults.map(({ at, problem }) => {
    const { line, column } = positionOf(at);
    return `${line}:${column} ${problem}`;
  });
};

test("what YAML has beyond JSON is read: anchors, merges, block texts, comments, keys that are numbers", () => {
  const text = [
    "# comment",
    "base: &base { a: 1, b: two }",
    "more:",
    "  <<: *base",
    "  b: 3",
    "200: ok",
    "when: 2026-11-27",
    "yes: yes",
    "__proto__: { a: 1 }",
    "text: >-",
    "  one",
    "  two",
  ].join("\n");
  assert.deepEqual(
    Object.entries(said(text) as object).sort(([a], [b]) => (a < b ? -1 : 1)),
    [
      ["200", "ok"],
      ["__proto__", { a: 1 }],
      ["base", { a: 1, b: "two" }],
      ["more", { a: 1, b: 3 }],
      ["text", "one two"],
      ["when", "2026-11-27"],
      ["yes", "yes"],
    ],
  );
});

test("a text that cannot be read is told with line and column, in the words of what it is", () => {
  const bomb = ["a: &a [x, x, x, x, x, x, x, x, x]"];
  for (const [before, name] of ["ab", "bc", "cd", "de", "ef", "fg", "gh"].map((two) => [...two]))
    bomb.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join(", ")}]`);
  assert.deepEqual(
    [
      said("a: 1\na: 2\n"),
      said("a:\n\t- b\n"),
      said("a: 1\n---\nb: 2\n"),
      said("a: !Ref b\n"),
      said("a: *nowhere\n"),
      said("a: &a [*a]\n"),
      said(bomb.join("\n")),
      said('{\n  "a": 1,\n}'),
      said('{ "a": 1 } // end'),
      said("smithy: 2.0\n", readSmithyModel),
      said("", readSmithyModel),
      said('{ "smithy" }', readSmithyModel),
    ],
    [
      ["2:1 this is not YAML: map keys must be unique"],
      ["2:1 this is not YAML: tabs are not allowed as indentation"],
      ["2:1 this is not YAML: source contains multiple documents"],
      ["1:4 this is not YAML: unresolved tag: !Ref"],
      ["1:4 this is not YAML: no anchor &nowhere stands before"],
      ["1:1 this is not YAML: an anchor stands within itself, or too deep"],
      ["1:1 this is not YAML: excessive alias count indicates a resource exhaustion attack"],
      ["3:1 this is not JSON: property name expected", "3:1 this is not JSON: value expected"],
      ["1:12 this is not JSON: invalid comment token"],
      ["1:1 expected a Smithy model in its JSON form, which AWS takes alone"],
      ["1:1 expected a Smithy model in its JSON form, which AWS takes alone"],
      ["1:12 this is not JSON: colon expected"],
    ],
  );
});

test("a part is found where it stands, in JSON and in YAML; what is missing, where it should have been", () => {
  const yaml = "openapi: 3.0.3\npaths:\n  /a:\n    get: {}\n  /b: [x, { y: z }]\n";
  const json = '{\n  "openapi": "3.0.3",\n  "paths": { "/a": { "get": {} },\n  "/b": ["x", { "y": "z" }] }\n}';
  const paths = [["openapi"], ["paths", "/a", "get"], ["paths", "/b", 1, "y"], ["paths", "/a", "put"], ["none"], []];
  const places = (text: string) => {
    const found = readDescription(text);
    if (found.kind !== "read") return [];
    return paths.map((path) => Object.values(positionsIn(text)(found.offsetOf(path))).join(":"));
  };
  assert.deepEqual(
    [places(yaml), places(json)],
    [
      ["1:1", "4:5", "5:13", "3:3", "1:1", "1:1"],
      ["2:3", "3:22", "4:17", "3:14", "1:1", "1:1"],
    ],
  );
});

test("no text makes the reader fail, and what is JSON is read as JSON reads it", () => {
  const pieces = fc.constantFrom(
    "a",
    ":",
    " ",
    "\n",
    "- ",
    "&x ",
    "*x",
    "[",
    "]",
    "{",
    "}",
    "'",
    '"',
    "|",
    ">",
    "!",
    "%",
    "\t",
    "<<: ",
    "---\n",
    "? ",
    ",",
  );
  let read = 0;
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (all) => {
      const found = readDescription(all.join(""));
      if (found.kind === "read") found.offsetOf(["a", 0, "x"]);
      read++;
      return found.kind === "read" || found.faults.length > 0;
    }),
    runs(2000),
  );
  fc.assert(
    fc.property(fc.object(), (value) => {
      const text = JSON.stringify(value);
      assert.deepEqual(said(text), JSON.parse(text));
      read++;
    }),
    runs(500),
  );
  assert.ok(read > 200, `${read}`);
});
