import assert from "node:assert/strict";
import { test } from "node:test";
import { exchangeSignal } from "../../../../src/oauth/signIn/exchangeSignal.ts";

test("a request for tokens outlives the cancelling of its sign-in by a second, and no longer", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const controller = new AbortController();
  const early = exchangeSignal(controller.signal);
  controller.abort();
  const late = exchangeSignal(controller.signal);
  const atOnce = [early.aborted, late.aborted];
  context.mock.timers.tick(999);
  const before = [early.aborted, late.aborted];
  context.mock.timers.tick(1);
  assert.deepEqual(
    [atOnce, before, [early.aborted, late.aborted]],
    [Array(2).fill(false), Array(2).fill(false), [true, true]],
  );
});
