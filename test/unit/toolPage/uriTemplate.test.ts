import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { expandTemplate, templateVariables } from "../../../src/toolPage/uriTemplate.ts";
import { anyCharacter } from "../../support/anyText.ts";
import { runs } from "../../support/bulk.ts";

const values = {
  ...{ var: "value", hello: "Hello World!", path: "/foo/bar", empty: "", x: "1024", y: "768", half: "50%", none: null },
  ...{ encoded: "a%2fb%2zc%zz", signs: "*'()!", unpaired: "a\ud800" },
};

/** RFC 6570, 1.2 and 3.2. */
const examples = [
  ["{var}", "value"],
  ["{hello}", "Hello%20World%21"],
  ["{+path}/here", "/foo/bar/here"],
  ["X{#hello}", "X#Hello%20World!"],
  ["map?{x,y}", "map?1024,768"],
  ["{.x,y}", ".1024.768"],
  ["{/var,x}/here", "/value/1024/here"],
  ["{;x,y,empty}", ";x=1024;y=768;empty"],
  ["{?x,y,empty}", "?x=1024&y=768&empty="],
  ["?fixed=yes{&x}", "?fixed=yes&x=1024"],
  ["{&x,y,empty}", "&x=1024&y=768&empty="],
  ["{var:3}", "val"],
  ["{hello:10}", "Hello%20Worl"],
  ["{half}{+half}", "50%2550%25"],
  ["{undef}{?undef}x", "x"],
] as const;

/** What the RFC leaves open, or says nobody writes. */
const beyond = [
  ["{ x , y }", "1024,768"],
  ["a{none}{?none}", "a"],
  // No name of a variable.
  ["{:var}{*x}{var:x}{var*:2}", ""],
  // What is encoded stays so, and a sign that is none of it is encoded.
  ["{+encoded}", "a%2fb%252zc%25zz"],
  ["{signs}", "%2A%27%28%29%21"],
  ["{unpaired}", "a%EF%BF%BD"],
] as const;

test("templates are filled as the RFC says", () => {
  assert.deepEqual(
    [...examples, ...beyond].map(([template]) => expandTemplate(template, values)),
    [...examples, ...beyond].map(([, expanded]) => expanded),
  );
  assert.deepEqual(templateVariables("a{+x,y*}{?x,z:4}"), ["x", "y", "z"]);
});

test("no template and no value fails, or breaks out of a simple expansion", () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), fc.string(), (value, template) => {
      assert.match(expandTemplate("{v}", { v: value }), /^[\w.~%-]*$/);
      expandTemplate(template, { v: value });
      expandTemplate("{+v}", { v: value.replace(/\p{Cs}/gu, "") });
    }),
    runs(1_000),
  );
});
