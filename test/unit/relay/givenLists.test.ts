import assert from "node:assert/strict";
import { test } from "node:test";
import { GivenLists } from "../../../src/relay/givenLists.ts";

test("lists that differ from what was given are told once, and lists that were not given never", () => {
  const given = new GivenLists();
  given.gave("tools/list", [{ name: "a" }]);
  given.gave("resources/list", [{ uri: "x" }]);
  given.gave("resources/templates/list", []);
  const now = (tools: object[]) => (method: string) =>
    (method === "tools/list" ? tools : method === "prompts/list" ? [{ name: "p" }] : []) as never;
  const changes = [now([{ name: "a" }]), now([{ name: "b" }]), now([{ name: "b" }])].map((items) => [
    ...given.changes(items),
  ]);
  assert.deepEqual(changes, [["notifications/resources/list_changed"], ["notifications/tools/list_changed"], []]);
});
