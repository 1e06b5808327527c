import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createSeenProofs } from "../../../src/gateway/proofs/seenProofs.ts";
import { runs } from "../../support/bulk.ts";

test("whatever comes in whichever order, no proof passes twice, and no more are remembered than may be", () => {
  const use = fc.record({ id: fc.integer({ min: 0, max: 30 }), age: fc.integer({ min: 0, max: 20 }), wait: fc.nat(3) });
  let passes = 0;
  fc.assert(
    fc.property(fc.array(use, { maxLength: 200 }), fc.integer({ min: 1, max: 10 }), (uses, most) => {
      const seen = createSeenProofs(most);
      const passed = new Set<string>();
      const madeAt = new Map<number, number>();
      let now = 1000;
      for (const { id, age, wait } of uses) {
        now += wait;
        // A proof has one time.
        const iat = madeAt.get(id) ?? now - age;
        madeAt.set(id, iat);
        if (iat < now - 20) continue;
        const isNew = seen.use(String(id), iat, now - 20);
        if (isNew && passed.has(String(id))) return false;
        if (isNew) passed.add(String(id));
      }
      passes += passed.size;
      return true;
    }),
    runs(500),
  );
  assert.ok(passes > 0);
});

test("a flood makes the oldest be refused, and never pass again", () => {
  const seen = createSeenProofs(3);
  const used = ["a", "b", "c", "d", "e"].map((id, at) => seen.use(id, 100 + at, 0));
  assert.deepEqual(used, [true, true, true, true, true]);
  assert.deepEqual(
    [seen.use("a", 100, 0), seen.use("new but old", 101, 0), seen.use("new", 200, 0)],
    [false, false, true],
  );
});

test("what is too old to be taken is forgotten", () => {
  const seen = createSeenProofs(2);
  for (let at = 0; at < 50; at++) assert.equal(seen.use(`${at}`, at, at - 1), true);
});

test("the oldest that a flood pushed out are refused with all of their time, and stay so where there is room again", () => {
  const seen = createSeenProofs(1);
  assert.deepEqual(
    [seen.use("a", 100, 0), seen.use("b", 101, 0), seen.use("c", 101, 0), seen.use("d", 102, 0)],
    [true, true, false, true],
  );
  const two = createSeenProofs(2);
  const used = [two.use("a", 100, 0), two.use("old", 50, 0), two.use("b", 120, 0)];
  // "old" is forgotten now, and leaves room for one.
  assert.deepEqual([...used, two.use("a", 100, 100), two.use("c", 101, 100)], [true, true, true, false, true]);
});

test("an identifier may come again once its proof is too old to be taken", () => {
  const seen = createSeenProofs();
  assert.deepEqual(
    [seen.use("a", 1, 0), seen.use("a", 1, 1), seen.use("a", 60, 1), seen.use("a", 60, 2), seen.use("a", 60, 2)],
    [true, false, false, true, false],
  );
});
