import assert from "node:assert/strict";
import { test } from "node:test";
import { SharedWork } from "../../../src/mcp/sharedWork.ts";

/** Work that ends when it is told to. */
function startWork() {
  const shared = new SharedWork<string, number>();
  const begun: { finish: (value: number) => void; signal: AbortSignal; isLatest: () => boolean }[] = [];
  const run = (signal?: AbortSignal) =>
    shared.run(
      "list",
      (abandoned, isLatest) =>
        new Promise((finish, reject) => {
          abandoned.addEventListener("abort", () => reject(abandoned.reason), { once: true });
          begun.push({ finish, signal: abandoned, isLatest });
        }),
      signal,
    );
  return { shared, begun, run };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("everyone who asks while work is under way shares it, and the next begins anew", async () => {
  const { begun, run } = startWork();
  const both = [run(), run()];
  await turn();
  begun[0]?.finish(1);
  const first = await Promise.all(both);
  const next = run();
  await turn();
  begun[1]?.finish(2);
  assert.deepEqual({ first, next: await next, begun: begun.length }, { first: [1, 1], next: 2, begun: 2 });
});

test("a caller who goes away ends its own waiting, and the last one ends the work", async () => {
  const { begun, run } = startWork();
  const [one, other] = [new AbortController(), new AbortController()];
  const waits = [run(one.signal), run(other.signal)].map((each) => each.catch((reason: unknown) => reason));
  await turn();
  one.abort("one");
  await waits[0];
  const between = begun[0]?.signal.aborted;
  other.abort("other");
  const reasons = await Promise.all(waits);
  assert.deepEqual(
    { between, reasons, after: begun[0]?.signal.aborted },
    { between: false, reasons: ["one", "other"], after: true },
  );
});

test("work that was given up is not joined by who comes next", async () => {
  const { begun, run } = startWork();
  const gone = new AbortController();
  const first = run(gone.signal).catch(() => {});
  await turn();
  gone.abort("gone");
  await first;
  const next = run();
  await turn();
  begun[1]?.finish(3);
  assert.equal(await next, 3);
});

test("work that was forgotten still answers who waits, and knows that it is not the latest", async () => {
  const { shared, begun, run } = startWork();
  const old = run();
  await turn();
  shared.forget("list");
  const fresh = run();
  await turn();
  const latest = begun.map(({ isLatest }) => isLatest());
  begun[1]?.finish(2);
  begun[0]?.finish(1);
  assert.deepEqual({ old: await old, fresh: await fresh, latest }, { old: 1, fresh: 2, latest: [false, true] });
});

test("a failure is everybody's, and is not kept", async () => {
  const shared = new SharedWork<string, number>();
  let tries = 0;
  const run = () => shared.run("x", async () => Promise.reject(new RangeError(String(++tries))), undefined);
  const both = await Promise.allSettled([run(), run()]);
  await run().catch(() => {});
  assert.deepEqual({ both: both.map(({ status }) => status), tries }, { both: ["rejected", "rejected"], tries: 2 });
});
