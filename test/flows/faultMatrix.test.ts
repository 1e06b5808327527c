import assert from "node:assert/strict";
import { test } from "node:test";
import type { FaultStep } from "../../src/sandbox/faults/faultSteps.ts";
import { type FaultWay, faultWays } from "../../src/sandbox/faults/faultWays.ts";
import { few, seed } from "../support/bulk.ts";
import { endingsOnPage } from "../support/faults/endings.ts";
import { runFault } from "../support/faults/faultRun.ts";
import { journeys } from "../support/faults/journeys.ts";

const expected = endingsOnPage();
const steps = Object.keys(journeys) as readonly FaultStep[];
const ways = Object.keys(faultWays) as readonly FaultWay[];
/** What else asks for a token while a renewal is slow decides how often it is tried; who waits for a code never stops by itself. */
const unsteady = new Set(["refresh-slow", "device-token-down"]);

test("the page has an ending of every fault at every step that is come to here, and of no other", () => {
  const wanted = steps.flatMap((step) => ways.map((way) => `${step}-${way}`)).filter((name) => !unsteady.has(name));
  assert.deepEqual([...expected.keys()].sort(), wanted.sort());
});

for (const [at, step] of steps.entries()) {
  // Each run takes one way of each step, and all of them in bulk.
  const tried = ways.filter((_, way) => way % few(1, ways.length) === (at + seed) % few(1, ways.length));
  for (const way of tried) {
    const name = `${step}-${way}`;
    const ending = expected.get(name);
    if (!ending) continue;
    test(`${name} ends as the page says: what is told, sent, run, kept and adrift, and what comes next`, async () => {
      const journey = await journeys[step]?.();
      assert.ok(journey, "the step is come to");
      try {
        assert.deepEqual(await runFault(step, way, journey), ending);
      } finally {
        await journey.stop();
      }
    });
  }
}
