import assert from "node:assert/strict";
import { test } from "node:test";
import { announcing } from "../../../src/relay/announcing.ts";

const caller = (capabilities: Readonly<Record<string, unknown>>) => ({
  clientInfo: { name: "an editor", version: "1" },
  capabilities,
});

test("extensions that are used on the way are announced beside those that the caller declares, whose words stay", () => {
  const extensions = { "example.com/own": { level: 2 }, "example.com/both": { mine: true } };
  const announced = announcing(caller({ sampling: {}, extensions }), ["example.com/new", "example.com/both"]);
  assert.deepEqual(announced.capabilities, {
    sampling: {},
    extensions: { ...extensions, "example.com/new": {} },
  });
  assert.deepEqual(extensions, { "example.com/own": { level: 2 }, "example.com/both": { mine: true } });
});

test("where none is used, a caller is as it was", () => {
  const one = caller({ roots: {} });
  assert.equal(announcing(one, []), one);
});
