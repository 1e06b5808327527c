import assert from "node:assert/strict";
import { test } from "node:test";
import type { JSONRPCMessage } from "@modelcontextprotocol/client";
import { AnswersInTime } from "../../../src/relay/answersInTime.ts";

const call = (id: number): JSONRPCMessage => ({ jsonrpc: "2.0", id, method: "tools/call", params: { name: "slow" } });
const cancelled = (requestId: number): JSONRPCMessage => ({
  jsonrpc: "2.0",
  method: "notifications/cancelled",
  params: { requestId },
});

test("a call that its host gave up is not answered in its place, and one beside it is", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const answered: unknown[] = [];
  const given: unknown[] = [];
  const limit = { ms: 50_000, waitsFor: () => "sign in" };
  const inTime = new AnswersInTime(limit, (message) => answered.push("id" in message && message.id));
  for (const message of [call(1), call(2), cancelled(1), cancelled(9)]) {
    inTime.asked(message, (one) => given.push("params" in one && one.params?.requestId));
  }
  t.mock.timers.tick(50_000);
  assert.deepEqual(
    { answered, given, late: [inTime.takes(1), inTime.takes(2)] },
    { answered: [2], given: [2], late: [true, false] },
  );
});
