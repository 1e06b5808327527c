import assert from "node:assert/strict";
import { test } from "node:test";
import { createBackOff, FIRST_WAIT_MS, LONGEST_WAIT_MS, STEADY_MS } from "../../../../src/gateway/router/backOff.ts";

test("a target is tried at once after its first failure, and after ever longer waits when it fails again", () => {
  const backOff = createBackOff();
  const waits: number[] = [];
  let now = 0;
  for (let failure = 0; failure < 10; failure++) {
    backOff.failed("a", now, now + 1);
    waits.push(backOff.waitMs("a", now + 1));
    now += 2 + backOff.waitMs("a", now + 1);
  }
  const doubled = [0, 1, 2, 4, 8, 16, 32].map((times) => times * FIRST_WAIT_MS);
  assert.deepEqual(
    { waits, over: backOff.waitMs("a", now), another: backOff.waitMs("b", 0) },
    { waits: [...doubled, LONGEST_WAIT_MS, LONGEST_WAIT_MS, LONGEST_WAIT_MS], over: 0, another: 0 },
  );
});

test("the connections of many callers that end together are one failure", () => {
  const backOff = createBackOff();
  for (const since of [1, 2, 3, 4]) backOff.failed("a", since, 10);
  const together = backOff.waitMs("a", 10);
  backOff.failed("a", 11, 12);
  assert.deepEqual({ together, again: backOff.waitMs("a", 12) }, { together: 0, again: FIRST_WAIT_MS });
});

test("a connection that breaks again and again counts on, and one that held starts afresh", () => {
  const brief = createBackOff();
  const steady = createBackOff();
  for (const turn of [1, 2, 3]) {
    for (const [backOff, lasted] of [[brief, 10] as const, [steady, STEADY_MS] as const]) {
      const since = turn * 1_000_000;
      backOff.worked("a");
      backOff.failed("a", since, since + lasted);
    }
  }
  assert.deepEqual(
    { brief: brief.waitMs("a", 3_000_010), steady: steady.waitMs("a", 3_000_000 + STEADY_MS) },
    { brief: 2 * FIRST_WAIT_MS, steady: 0 },
  );
});

test("a target that works is not waited for", () => {
  const backOff = createBackOff();
  backOff.failed("a", 0, 1);
  backOff.failed("a", 2, 3);
  backOff.worked("a");
  assert.equal(backOff.waitMs("a", 3), 0);
});
