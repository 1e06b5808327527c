import assert from "node:assert/strict";
import { test } from "node:test";
import { type OutageNews, outage } from "../../../../src/agentcore/authorizer/outage.ts";

test("an outage is told once as it begins, with the first reason, and once as it ends, with how long it lasted", () => {
  const told: OutageNews[] = [];
  let now = 1000;
  const { failed, worked } = outage(
    (news) => void told.push(news),
    () => now,
  );
  worked();
  failed(new Error("away"));
  failed(new Error("away still"));
  now += 250;
  worked();
  worked();
  failed(new Error("away again"));
  now -= 500;
  worked();
  assert.deepEqual(told, [
    { kind: "began", reason: "away" },
    { kind: "ended", lastedMs: 250 },
    { kind: "began", reason: "away again" },
    { kind: "ended", lastedMs: 0 },
  ]);
});
