import assert from "node:assert/strict";
import { test } from "node:test";
import {
  isInitializeRequest,
  isJSONRPCErrorResponse,
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
} from "@modelcontextprotocol/client";
import fc from "fast-check";
import { isPlainInitialize } from "../../../src/mcp/plainInitialize.ts";
import { plainKind } from "../../../src/mcp/plainKind.ts";

const guards = {
  Request: isJSONRPCRequest,
  Notification: isJSONRPCNotification,
  ResultResponse: isJSONRPCResultResponse,
  ErrorResponse: isJSONRPCErrorResponse,
};

/** Members as messages have them, and as they should not. */
const member = fc.oneof(
  fc.constantFrom(...[undefined, null, 1, 1.5, "a", "", true, -0, 2 ** 60], {}, []),
  fc.constantFrom({ _meta: {} }, { _meta: { progressToken: 1.5 } }, { _meta: "no" }, { _meta: undefined }, { a: 1 }),
  fc.constantFrom({ _meta: { "io.modelcontextprotocol/related-task": 1 } }, { _meta: { progressToken: "p" } }),
);
const members = { jsonrpc: fc.constantFrom("2.0", "2.0", "2.0", "1.0", 2), id: member, other: member };
const request = { method: fc.constantFrom("ping", "initialize", 1), params: member };
const error = fc.oneof(member, fc.constant({ code: -32000, message: "no" }));
const requiredKeys: ["jsonrpc"] = ["jsonrpc"];
const message = fc.oneof(
  fc.record({ ...members, ...request }, { requiredKeys }),
  fc.record({ jsonrpc: members.jsonrpc, ...request }, { requiredKeys }),
  fc.record({ jsonrpc: members.jsonrpc, id: fc.constantFrom(1, "a"), result: member }, { requiredKeys }),
  fc.record({ ...members, ...request, result: member, error }, { requiredKeys }),
);

test("what a message plainly is, the SDK says too, and of no other kind", () => {
  let known = 0;
  const check = (value: unknown) => {
    const kind = plainKind(value);
    if (kind === undefined) return;
    known++;
    for (const [other, is] of Object.entries(guards)) assert.equal(is(value), other === kind, other);
  };
  fc.assert(fc.property(message, check), { numRuns: 5_000 });
  for (const value of [undefined, null, 1, "a", [], [{ jsonrpc: "2.0", method: "ping" }]]) check(value);
  assert.ok(known > 50, `${known} were known`);
});

test("requests, notifications and results are known without a schema", () => {
  assert.equal(plainKind({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "a" } }), "Request");
  assert.equal(plainKind({ jsonrpc: "2.0", method: "notifications/initialized" }), "Notification");
  assert.equal(plainKind({ jsonrpc: "2.0", id: "1", result: { _meta: { a: 1 } } }), "ResultResponse");
});

test("a plain `initialize` is one in the SDK's eyes", () => {
  const name = fc.constantFrom("a", "b", "", 1);
  const nested = fc.constantFrom(
    {},
    { form: {} },
    { form: { applyDefaults: 1 } },
    [],
    null,
    { a: 1 },
    { listChanged: "x" },
  );
  const names = ["roots", "sampling", "elicitation", "experimental", "extensions", "tasks", "other"];
  const params = fc.record(
    {
      protocolVersion: fc.constantFrom("2025-11-25", "1", 1),
      clientInfo: fc.oneof(
        fc.record({ name, version: name, title: name }, { requiredKeys: ["name", "version"] }),
        fc.record({ name, version: name, icons: nested }),
      ),
      capabilities: fc.dictionary(fc.constantFrom(...names), nested, { maxKeys: 3 }),
      _meta: fc.constant({}),
    },
    { requiredKeys: ["protocolVersion", "clientInfo", "capabilities"] },
  );
  let plain = 0;
  fc.assert(
    fc.property(params, (given) => {
      if (!isPlainInitialize(given)) return;
      plain++;
      assert.ok(isInitializeRequest({ method: "initialize", params: given }));
    }),
    { numRuns: 20_000 },
  );
  assert.ok(plain > 50, `${plain} were plain`);
});
