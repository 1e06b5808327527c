import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createLimits, limitProblems, MOST_BUCKETS } from "../../../../src/gateway/limits/limits.ts";
import { type Bucket, type Rate, sizeOf, taken, waitFor } from "../../../../src/gateway/limits/tokenBucket.ts";
import { runs } from "../../../support/bulk.ts";

const rates: fc.Arbitrary<Rate> = fc.record(
  {
    rate: fc.integer({ min: 1, max: 50 }),
    period: fc.constantFrom("second", "minute"),
    burst: fc.integer({ min: 1, max: 100 }),
  },
  { requiredKeys: ["rate", "period"] },
);

test("in no stretch of time does a bucket give more than its burst and what flowed in meanwhile", () => {
  const steps = fc.array(fc.nat({ max: 5000 }), { maxLength: 200 });
  fc.assert(
    fc.property(rates, steps, (rate, pauses) => {
      let bucket: Bucket | undefined;
      let now = 1_000_000;
      const given: number[] = [];
      for (const pause of pauses) {
        now += pause;
        if (waitFor(1, { bucket, rate }, now) > 0) continue;
        bucket = taken(1, { bucket, rate }, now);
        given.push(now);
      }
      const perMs = rate.rate / (rate.period === "second" ? 1000 : 60_000);
      for (let first = 0; first < given.length; first++) {
        for (let last = first; last < given.length; last++) {
          const most = sizeOf(rate) + ((given[last] as number) - (given[first] as number)) * perMs;
          assert.ok(last - first + 1 <= most + 1e-6);
        }
      }
    }),
    runs(1000),
  );
});

test("whoever waits as long as they were told is let in", () => {
  fc.assert(
    fc.property(rates, fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 10 }), (rate, before, count) => {
      let bucket: Bucket | undefined;
      for (let turn = 0; turn < before; turn++) {
        if (waitFor(1, { bucket, rate }, 0) === 0) bucket = taken(1, { bucket, rate }, 0);
      }
      const wait = waitFor(count, { bucket, rate }, 0);
      assert.equal(waitFor(count, { bucket, rate }, wait), 0);
    }),
    runs(1000),
  );
});

const perSecond = (rate: number): Rate => ({ rate, period: "second" });

test("each subject and each tool has its own limit, and a request counts for all of them or for none", () => {
  const limits = createLimits({ subject: perSecond(3), tool: perSecond(2), tools: { t___rare: perSecond(1) } });
  const seen = [
    limits.take({ principal: "ada", requests: 1, tools: ["t___x"] }, 0),
    limits.take({ principal: "eve", requests: 1, tools: ["t___x"] }, 0),
    // The tool is used up, and it costs neither of them anything to hear it.
    limits.take({ principal: "ada", requests: 1, tools: ["t___x"] }, 0),
    limits.take({ principal: "ada", requests: 1, tools: ["t___rare"] }, 0),
    limits.take({ principal: "eve", requests: 1, tools: ["t___rare"] }, 0),
    limits.take({ principal: "ada", requests: 1, tools: [] }, 0),
    limits.take({ principal: "ada", requests: 1, tools: [] }, 0),
    limits.take({ principal: "eve", requests: 2, tools: [] }, 0),
    limits.take({ principal: "ada", requests: 1, tools: [] }, 334),
  ];
  assert.deepEqual(seen, [
    undefined,
    undefined,
    { limit: "tool", waitMs: 500 },
    undefined,
    { limit: "tool", waitMs: 1000 },
    undefined,
    { limit: "subject", waitMs: 334 },
    undefined,
    undefined,
  ]);
});

test("several calls in one request count as several, and one request of more than a bucket holds is let in when it is full", () => {
  const limits = createLimits({ tool: perSecond(2) });
  const seen = [
    limits.take({ principal: "ada", requests: 2, tools: ["t___x", "t___x"] }, 0),
    limits.take({ principal: "ada", requests: 1, tools: ["t___x"] }, 0),
    limits.take({ principal: "ada", requests: 5, tools: Array(5).fill("t___x") }, 500),
    limits.take({ principal: "ada", requests: 5, tools: Array(5).fill("t___x") }, 1000),
  ];
  assert.deepEqual(seen, [undefined, { limit: "tool", waitMs: 500 }, { limit: "tool", waitMs: 500 }, undefined]);
});

test("names that somebody makes up push out no limit that was used since", () => {
  const limits = createLimits({ subject: { rate: 1, period: "minute" }, tool: { rate: 1, period: "minute" } });
  limits.take({ principal: "ada", requests: 0, tools: ["t___real"] }, 0);
  for (let at = 0; at < MOST_BUCKETS - 2; at++)
    limits.take({ principal: "eve", requests: 0, tools: [`t___made-up-${at}`] }, 1);
  const kept = limits.take({ principal: "ada", requests: 0, tools: ["t___real"] }, 2)?.limit;
  for (let at = 0; at < MOST_BUCKETS; at++)
    limits.take({ principal: "eve", requests: 0, tools: [`t___more-${at}`] }, 3);
  const pushedOut = limits.take({ principal: "ada", requests: 0, tools: ["t___real"] }, 4);
  assert.deepEqual({ kept, pushedOut }, { kept: "tool", pushedOut: undefined });
});

test("a clock that was set back gives nothing and takes nothing", () => {
  const limits = createLimits({ subject: perSecond(1) });
  const seen = [1000, 0, 1500, 2000].map(
    (now) => limits.take({ principal: "ada", requests: 1, tools: [] }, now)?.waitMs,
  );
  assert.deepEqual(seen, [undefined, 1000, 500, undefined]);
});

test("a limit that lets nobody in, ever, is a fault of the configuration, with its place", () => {
  assert.deepEqual(
    limitProblems({
      subject: { rate: 0, period: "second" },
      tool: { rate: 1, period: "minute", burst: 0 },
      tools: { t___x: { rate: Number.NaN, period: "second" }, t___y: perSecond(5) },
    }),
    [
      "limits.subject.rate has to be above 0",
      "limits.tool.burst has to be at least 1",
      "limits.tools.t___x.rate has to be above 0",
    ],
  );
});

test("whoever calls again is not forgotten for others who came later", () => {
  const limits = createLimits({ subject: { rate: 1, period: "minute", burst: 2 } });
  const take = (principal: string) => limits.take({ principal, requests: 1, tools: [] }, 0) === undefined;
  take("ada");
  for (let other = 1; other < MOST_BUCKETS; other++) take(`other ${other}`);
  assert.deepEqual([take("ada"), take("one more"), take("ada")], [true, true, false]);
});

test("limits that are left out, and a burst of one, are no fault", () => {
  assert.deepEqual(limitProblems({}), []);
  assert.deepEqual(limitProblems({ subject: { rate: 0.5, period: "second", burst: 1 } }), []);
});
