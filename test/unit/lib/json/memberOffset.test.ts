import assert from "node:assert/strict";
import { test } from "node:test";
import { memberOffset } from "../../../../src/lib/json/memberOffset.ts";

const path = ["gateways", "https://gw.example.com/mcp", "scopes"];

/** The texts with a mark where the value of the member begins. */
const marked: Readonly<Record<string, string>> = {
  "in a plain document": '{"gateways": {"https://gw.example.com/mcp": {"scopes": ⌖["read"]}}}',
  "where a comment has all of its names": `{
    // "gateways": {"https://gw.example.com/mcp": {"scopes": []}}
    /* "gateways": {"https://gw.example.com/mcp": {"scopes": []}} */
    "gateways": {"https://gw.example.com/mcp": {"scopes": ⌖[]}}
  }`,
  "where a text and other members have its names": `{
    "told": "\\"gateways\\": {",
    "other": {"gateways": {"https://gw.example.com/mcp": {"scopes": [1]}}},
    "gateways": {"https://other.example.com": {"scopes": [2]}, "https://gw.example.com/mcp": {"scopes": ⌖[3]}}
  }`,
  "where its names are written with escapes":
    '{"\\u0067ateways": {"https:\\/\\/gw.example.com\\/mcp": {"scopes": ⌖["read"]}}}',
  "where it is there twice":
    '{"gateways": {"https://gw.example.com/mcp": {"scopes": [1]}}, "gateways": {"https://gw.example.com/mcp": {"scopes": ⌖[2]}}}',
  "in a document with faults": '{"gateways": {"https://gw.example.com/mcp": {"scopes": ⌖["read"],},}, "left": ',
};

for (const [what, text] of Object.entries(marked)) {
  test(`the value of a member is found ${what}`, () => {
    assert.equal(memberOffset(text.replace("⌖", ""), path), text.indexOf("⌖"));
  });
}

test("the value of an object begins behind its bracket, and what is not there has no place", () => {
  const text = '{"gateways": {"one": {}}}';
  assert.deepEqual(
    [
      ...[memberOffset(text, ["gateways", "one"]), memberOffset(text, ["gateways"])],
      ...[memberOffset(text, ["gateways", "two"]), memberOffset(text, ["gateways", "one", "scopes"])],
      ...[memberOffset("", path), memberOffset("[1]", path), memberOffset("[".repeat(100_000), path)],
    ],
    [22, 14, ...Array(5).fill(undefined)],
  );
});
