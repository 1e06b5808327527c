import assert from "node:assert/strict";
import { test } from "node:test";
import { gatewayUnderFaults } from "../support/load/gatewayUnderFaults.ts";

test("a crowd at the gateway, with faults going on: nobody is left without an answer or has another's, and each is audited once", async () => {
  const { wrong, unanswered, missing, doubled, audited, answers, faults, givenUp } = await gatewayUnderFaults(100, 6);
  assert.deepEqual({ wrong, unanswered, missing, doubled }, { wrong: [], unanswered: 0, missing: 0, doubled: 0 });
  const { answered = 0, 401: refused = 0 } = answers;
  assert.ok(audited >= answered + refused && answered > 200 && refused > 0 && givenUp > 0, JSON.stringify(answers));
  assert.ok((faults.error ?? 0) > 0 && (faults.reset ?? 0) > 0 && (faults.keys ?? 0) > 0, JSON.stringify(faults));
});
