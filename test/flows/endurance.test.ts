import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Endurance,
  gatewayCalls,
  leakingProgram,
  standaloneCalls,
  windowEndurance,
} from "../support/endurance/endurance.ts";

const linux = { skip: process.platform === "linux" ? false : "open files are seen as files on Linux" };

/** What is open or alive that was not before, by name. */
function leftBy({ before, after, processes }: Endurance) {
  const more = Object.entries(after.resources).flatMap(([name, count]) => {
    const grown = count - (before.resources[name] ?? 0);
    return grown > 0 ? [`${grown} ${name}`] : [];
  });
  return { more, files: Math.max(0, after.files - before.files), processes };
}

function holds(done: Endurance | undefined, mostBytes: number): void {
  assert.ok(done);
  assert.deepEqual(leftBy(done), { more: [], files: 0, processes: 0 }, done.what);
  const { leastBytes, what } = done;
  assert.ok(leastBytes < mostBytes, `${what}: ${Math.round(leastBytes)} bytes of the heap are left by each`);
}

test("calls through the standalone leave nothing open, no process, and less than a kilobyte each", linux, async () => {
  holds(await standaloneCalls({ warmUp: 600, times: 1_500 }), 1_000);
});

test("calls through the gateway leave nothing open, no process, and less than a kilobyte each", linux, async () => {
  holds(await gatewayCalls({ warmUp: 600, times: 1_500 }), 1_000);
});

test(
  "gateways that come and go leave a window nothing open, and less than 24 kB each; its calls less than a kilobyte",
  linux,
  async () => {
    const [cycles, calls] = await windowEndurance({ warmUp: 25, times: 30 }, { warmUp: 600, times: 1_500 });
    holds(cycles, 24_000);
    holds(calls, 1_000);
  },
);

test("what is left open, alive or in the heap is seen", linux, async () => {
  const done = await leakingProgram({ warmUp: 1, times: 30 });
  const { more, files, processes } = leftBy(done);
  assert.deepEqual(
    { more: more.sort(), files, processes },
    { more: ["30 ProcessWrap", "30 Timeout"], files: 30, processes: 30 },
  );
  const inTheHeap = { ...done, before: done.after, processes: 0 };
  assert.throws(() => holds(inTheHeap, 64_000), /bytes of the heap are left by each/);
});
