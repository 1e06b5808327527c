import assert from "node:assert/strict";
import { test } from "node:test";
import { paramHeaderMismatch } from "../../../../src/gateway/mcp/paramHeaders.ts";

const schema = {
  type: "object",
  properties: {
    region: { type: "string", "x-mcp-header": "Region" },
    level: { type: "integer", "x-mcp-header": "Level" },
    place: { type: "object", properties: { city: { type: "string", "x-mcp-header": "City" } } },
    plain: { type: "string" },
  },
};

const check = (args: object, headers: Record<string, string>, of: unknown = schema) =>
  paramHeaderMismatch(of, { arguments: args as Record<string, unknown> }, new Headers(headers)) === undefined;

test("a header that repeats its argument fits, in whichever way it may be written", () => {
  const base64 = Buffer.from("Zürich", "utf8").toString("base64");
  assert.deepEqual(
    [
      check({ region: "eu" }, { "mcp-param-region": "eu" }),
      check({ region: "Zürich" }, { "Mcp-Param-Region": `=?base64?${base64}?=` }),
      check({ level: 42 }, { "Mcp-Param-Level": "42.0" }),
      check({ place: { city: "Rome" } }, { "Mcp-Param-City": "Rome" }),
      check({ plain: "x", region: null }, {}),
      check({}, { "Mcp-Param-Region": "eu" }),
      // A tool that nobody has listed yet.
      check({ region: "eu" }, {}, null),
      check({ region: "eu" }, {}, { properties: { region: { "x-mcp-header": "not a token" } } }),
    ],
    Array(8).fill(true),
  );
});

test("a header that is missing, says something else or is no text does not fit", () => {
  assert.deepEqual(
    [
      check({ region: "eu" }, {}),
      check({ region: "eu" }, { "Mcp-Param-Region": "us" }),
      check({ region: "Hello" }, { "Mcp-Param-Region": "=?base64?SGVsbG8?=" }),
      check({ region: "Hello" }, { "Mcp-Param-Region": "=?base64?SGVs!!!bG8=?=" }),
      check({ region: "x" }, { "Mcp-Param-Region": "=?base64?/w==?=" }),
      check({ level: 42 }, { "Mcp-Param-Level": "43" }),
      check({ level: 0 }, { "Mcp-Param-Level": "" }),
      check({ place: { city: "Rome" } }, {}),
    ],
    Array(8).fill(false),
  );
});
