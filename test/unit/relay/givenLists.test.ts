import assert from "node:assert/strict";
import { test } from "node:test";
import type { Listed } from "../../../src/relay/catalogue.ts";
import { GivenLists } from "../../../src/relay/givenLists.ts";

test("lists that differ from what was given are told once, and lists that were not given never", () => {
  const given = new GivenLists();
  given.gave("tools/list", [{ name: "a" }]);
  given.gave("resources/list", [{ uri: "x" }]);
  given.gave("resources/templates/list", []);
  const now = (tools: Listed[]) => ({
    items: (method: string) => (method === "tools/list" ? tools : method === "prompts/list" ? [{ name: "p" }] : []),
    reads: () => 0,
  });
  const changes = [now([{ name: "a" }]), now([{ name: "b" }]), now([{ name: "b" }])].map((items) => [
    ...given.changes(items),
  ]);
  assert.deepEqual(changes, [["notifications/resources/list_changed"], ["notifications/tools/list_changed"], []]);
});

test("a list that could not be given is told once it was read, though nothing is on it, and not before", () => {
  const given = new GivenLists();
  given.missed("tools/list", 2);
  given.missed("prompts/list", 0);
  const changes = [2, 3, 3].map((reads) => [
    ...given.changes({ items: () => [], reads: (method) => (method === "tools/list" ? reads : 0) }),
  ]);
  assert.deepEqual(changes, [[], ["notifications/tools/list_changed"], []]);
});
