import assert from "node:assert/strict";
import { test } from "node:test";
import { ChannelPool } from "../../../src/mcp/channelPool.ts";

/** Links that only count, and requests that end when they are told to. */
function startPool({ most = 2, era = "legacy" as "legacy" | "modern", waitMs = 1000 } = {}) {
  const ended: number[] = [];
  const levels: string[] = [];
  let opened = 0;
  const clock = { now: 0 };
  const pool = new ChannelPool({
    open() {
      const number = ++opened;
      return {
        number,
        era,
        setLogLevel: async (level: string) => void levels.push(`${number} ${level}`),
        end: async () => void ended.push(number),
      };
    },
    most,
    whenFull: { waitMs, refusal: () => new RangeError("all at work") },
    spareMs: 100,
    now: () => clock.now,
  });
  const finishes: (() => void)[] = [];
  const use = (options = {}) =>
    pool.use(options, async ({ number }) => {
      await new Promise<void>((resolve) => finishes.push(resolve));
      return number;
    });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const finish = async (count = 1) => {
    await turn();
    for (const one of finishes.splice(0, count)) one();
    await turn();
  };
  return { pool, use, finish, turn, ended, levels, clock, opened: () => opened };
}

test("requests that need not be exclusive share the first link", async () => {
  const { use, finish, opened } = startPool();
  const all = [use(), use(), use()];
  await finish(3);
  assert.deepEqual({ used: await Promise.all(all), opened: opened() }, { used: [1, 1, 1], opened: 1 });
});

test("exclusive requests have a link each, and wait in the order of coming where there are no more", async () => {
  const { use, finish } = startPool();
  const all = [1, 2, 3, 4].map(() => use({ exclusive: true }));
  await finish(2);
  await finish(2);
  assert.deepEqual(await Promise.all(all), [1, 2, 1, 2]);
});

test("a server of 2026-07-28 needs no link of its own for a request, unless that wants a log", async () => {
  const { use, finish, levels } = startPool({ era: "modern" });
  const all = [use({ exclusive: true }), use({ exclusive: true }), use({ exclusive: true, logLevel: "debug" })];
  await finish(3);
  assert.deepEqual({ used: await Promise.all(all), levels }, { used: [1, 1, 2], levels: ["2 debug"] });
});

test("who waits too long is refused, and who goes away waits no more", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { use, finish, turn } = startPool({ most: 1, waitMs: 10 });
  const first = use({ exclusive: true });
  const gone = new AbortController();
  const away = use({ exclusive: true, signal: gone.signal }).catch((reason: unknown) => reason);
  const late = use({ exclusive: true }).catch((error: Error) => error.message);
  await turn();
  gone.abort("gone");
  const left = await away;
  t.mock.timers.tick(10);
  assert.deepEqual([left, await late], ["gone", "all at work"]);
  await finish();
  await first;
});

test("links beside the first one end when nothing needed them for a while", async () => {
  const { pool, use, finish, ended, clock } = startPool();
  const both = [use({ exclusive: true }), use({ exclusive: true })];
  await finish(2);
  await Promise.all(both);
  clock.now = 99;
  pool.sweep();
  const before = [...ended];
  clock.now = 100;
  pool.sweep();
  assert.deepEqual({ before, ended, left: pool.links().length }, { before: [], ended: [2], left: 1 });
});

test("a pool that retires ends its links after what is open; one that closes keeps nobody waiting", async () => {
  const [retiring, closing] = [startPool({ most: 1 }), startPool({ most: 1 })];
  const open = retiring.use();
  await retiring.turn();
  retiring.pool.retire();
  const during = [...retiring.ended];
  await retiring.finish();
  await open;
  void closing.use({ exclusive: true });
  const waits = closing.use({ exclusive: true }).catch((error: Error) => error.message);
  await closing.turn();
  await closing.pool.close();
  assert.deepEqual(
    { during, after: retiring.ended, waits: await waits, closed: closing.ended },
    { during: [], after: [1], waits: "the caller is gone", closed: [1] },
  );
});
