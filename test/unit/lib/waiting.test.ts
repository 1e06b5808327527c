import assert from "node:assert/strict";
import { test } from "node:test";
import { doneWithin, pause, untilAborted } from "../../../src/lib/waiting.ts";

const never = () => new Promise<never>(() => {});

test("work that is done in time is told apart from work that is not, and its failure is the caller's", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const late = doneWithin(1000, never());
  t.mock.timers.tick(1000);
  assert.deepEqual([await doneWithin(1000, Promise.resolve("done")), await late], [true, false]);
  await assert.rejects(doneWithin(1000, Promise.reject(new Error("broken"))), /broken/);
});

test("waiting ends with the signal, before it or after", async () => {
  const already = AbortSignal.abort(new Error("gone"));
  await assert.rejects(untilAborted(never(), already), /gone/);
  const ending = new AbortController();
  const waiting = untilAborted(never(), ending.signal);
  ending.abort(new Error("gone later"));
  await assert.rejects(waiting, /gone later/);
  assert.equal(await untilAborted(Promise.resolve(1), ending.signal).catch(() => "ended"), "ended");
});

test("a pause ends early, without an error, when nobody waits for it any more", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const ending = new AbortController();
  const early = pause(1_000_000, ending.signal);
  ending.abort();
  await early;
  const whole = pause(1000, new AbortController().signal);
  t.mock.timers.tick(1000);
  await whole;
});
