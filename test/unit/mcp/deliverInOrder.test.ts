import assert from "node:assert/strict";
import { test } from "node:test";
import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/client";
import { deliverInOrder } from "../../../src/mcp/deliverInOrder.ts";

test("a message is handled before the next one comes, also when both came in one piece", async () => {
  const handled: string[] = [];
  const transport: Transport = {
    async start() {},
    async send() {},
    async close() {},
    onmessage: (message: JSONRPCMessage) => {
      const { method } = message as { method: string };
      handled.push(`${method} came`);
      void Promise.resolve().then(() => handled.push(`${method} handled`));
      if (method === "broken") throw new Error("no");
    },
  };
  deliverInOrder(transport);
  for (const method of ["one", "broken", "other"]) transport.onmessage?.({ jsonrpc: "2.0", method });
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(handled, [
    "one came",
    "one handled",
    "broken came",
    "broken handled",
    "other came",
    "other handled",
  ]);
});
