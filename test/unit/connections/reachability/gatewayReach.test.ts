import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { Connection } from "../../../../src/connections/connection.ts";
import { GatewayReach } from "../../../../src/connections/reachability/gatewayReach.ts";
import { FIRST_WAIT_MS, LONGEST_WAIT_MS } from "../../../../src/connections/reachability/returnProbe.ts";
import type { HttpFetch } from "../../../../src/lib/httpPort.ts";

const minute = 60_000;

const connection = (index: number): Connection => ({
  ...{ id: `g${index}`, name: `Gateway ${index}`, url: `https://gw${index}.example.com/mcp` },
  authorization: { kind: "none" },
});

/** Gateways on a clock that is moved by hand; `down` says which of them refuse connections. */
function world(t: TestContext, count: number) {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const down = new Set<string>();
  const asked: { readonly url: string; readonly at: number; readonly method: string | undefined }[] = [];
  const serving = new Set<string>();
  const back: string[] = [];
  let changes = 0;
  const fetch = (async (url: string, init: RequestInit = {}) => {
    asked.push({ url, at: Date.now(), method: init.method });
    if (down.has(url)) throw Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
    return new Response(null, { status: 401 });
  }) as unknown as HttpFetch;
  const all = Array.from({ length: count }, (_, index) => connection(index));
  const reach = new GatewayReach({
    now: Date.now,
    gateways: () => ({
      book: { all } as never,
      isServing: (id) => serving.has(id),
      isBack: (id) => void back.push(id),
    }),
    onChanged: () => changes++,
  });
  const way = reach.watched(fetch);
  t.after(() => reach.close());
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 1_000) {
      t.mock.timers.tick(1_000);
      for (let turn = 0; turn < 5; turn++) await setImmediate();
    }
  };
  const use = (index: number) => way(connection(index).url).then(undefined, () => {});
  return { reach, down, asked, serving, back, pass, use, all, changes: () => changes };
}

test("fifty quiet gateways are asked nothing for ten minutes, also while somebody looks and servers run", async (t) => {
  const { reach, asked, serving, pass, use, all } = world(t, 50);
  for (const [index, { id }] of all.entries()) {
    serving.add(id);
    await use(index);
  }
  const used = asked.length;
  reach.looking(true);
  await pass(10 * minute);
  assert.deepEqual([used, asked.length], [50, 50]);
});

test("only the gateway that is down is looked for, less and less often, without a token, until it is back", async (t) => {
  const { reach, down, asked, back, pass, use, all, changes } = world(t, 3);
  const [first] = all as [Connection];
  down.add(first.url);
  await use(0);
  await use(1);
  reach.looking(true);
  await pass(30 * minute);
  const times = asked.slice(2).map(({ at }) => at);
  const waits = times.map((at, index) => at - (times[index - 1] ?? 0));
  const before = { back: [...back], down: reach.of(first)?.since, changes: changes() };
  down.clear();
  await pass(LONGEST_WAIT_MS);
  const found = asked.length;
  await pass(30 * minute);
  assert.deepEqual(
    {
      ...{ first: waits[0], longest: Math.max(...waits), before },
      grows: waits.every((wait, index) => wait >= (waits[index - 1] ?? 0)),
      asked: [...new Set(asked.slice(2).map(({ url, method }) => `${method} ${url}`))],
      after: { back, down: reach.of(first), changes: changes(), more: asked.length - found },
    },
    {
      ...{ first: FIRST_WAIT_MS, longest: LONGEST_WAIT_MS, grows: true },
      before: { back: [], down: 0, changes: 1 },
      asked: [`HEAD ${first.url}`],
      after: { back: [first.id], down: undefined, changes: 2, more: 0 },
    },
  );
});

test("nobody looks for a gateway that is down while nobody sees it and no server of it runs", async (t) => {
  const { reach, down, asked, serving, pass, use, all } = world(t, 2);
  const [first, second] = all as [Connection, Connection];
  down.add(first.url).add(second.url);
  await use(0);
  await use(1);
  await pass(10 * minute);
  const unseen = asked.length;
  serving.add(second.id);
  // Its own requests would tell as much.
  await use(1);
  await pass(FIRST_WAIT_MS);
  const served = asked.slice(unseen).map(({ url }) => url);
  serving.clear();
  reach.looking(true);
  await pass(1_000);
  const seen = asked.slice(unseen + served.length).map(({ url }) => url);
  reach.looking(false);
  const hidden = asked.length;
  await pass(10 * minute);
  assert.deepEqual(
    { unseen, served, seen, hidden: asked.length - hidden },
    { unseen: 2, served: [second.url, second.url], seen: [first.url], hidden: 0 },
  );
});

test("a gateway that is asked for something else meanwhile is not asked besides", async (t) => {
  const { reach, down, asked, pass, use, all } = world(t, 1);
  down.add((all[0] as Connection).url);
  reach.looking(true);
  for (let call = 0; call < 60; call++) {
    await use(0);
    await pass(FIRST_WAIT_MS - 2_000);
  }
  assert.equal(asked.length, 60);
});
