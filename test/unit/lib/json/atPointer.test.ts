import assert from "node:assert/strict";
import { test } from "node:test";
import { inputType } from "../../../../src/gateway/policies/cedarTypes.ts";
import { atPointer, pointerSteps } from "../../../../src/lib/json/atPointer.ts";

test("a reference leads through members and lists, with its escapes undone", () => {
  const root = { $defs: { "a/b": { one: 1 }, "c~d": 2, "e f": 3 }, list: [{ name: "first" }] };
  assert.deepEqual(
    ["#/$defs/a~1b/one", "#/$defs/c~0d", "#/$defs/e%20f", "#/list/0/name", "#/$defs/%61~1b/one"].map((reference) =>
      atPointer(reference, root),
    ),
    [1, 2, 3, "first", 1],
  );
  assert.deepEqual(pointerSteps("#/items/0"), ["items", "0"]);
});

test("the escapes of a fragment are undone before those of a pointer", () => {
  const steps = ["#/a%7E1b", "#/a%2Fb", "#/%257E0", "#/%F0%9F%98%80", "#/%E0%A4/%41", "#/~01"].map(pointerSteps);
  assert.deepEqual(steps, [["a/b"], ["a", "b"], ["%7E0"], ["😀"], ["%E0%A4", "A"], ["~1"]]);
});

test("a reference that leads out of the document, or to what every object has, leads nowhere", () => {
  const root = { list: [1], text: "x" };
  const nowhere = ["other.json#/a", "#anchor", "#/none", "#/list/1", "#/text/length", "#/constructor", "#/list/length"];
  assert.deepEqual(
    nowhere.map((reference) => atPointer(reference, root)),
    nowhere.map(() => undefined),
  );
});

test("a reference of a tool with a broken escape leads nowhere, and the tool's other arguments stay known", () => {
  assert.equal(atPointer("#/%", {}), undefined);
  const properties = { odd: { $ref: "#/%" }, name: { type: "string" } };
  const { members } = inputType({ type: "object", properties });
  assert.deepEqual([members.get("odd")?.type, members.get("name")?.type], [undefined, { kind: "String" }]);
});
