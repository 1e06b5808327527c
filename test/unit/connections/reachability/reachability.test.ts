import assert from "node:assert/strict";
import { test } from "node:test";
import { Reachability, type Shown } from "../../../../src/connections/reachability/reachability.ts";
import type { HttpFetch } from "../../../../src/lib/httpPort.ts";

const [one, other] = ["https://gw.example.com/one", "https://gw.example.com/other"];

/** A gateway that answers as it is told to: with a status, a retry-after, or not at all. */
function world() {
  const shown: Shown[] = [];
  let now = 1_000;
  let answer: () => Response = () => new Response();
  const reachability = new Reachability({ now: () => now, onShown: (one) => shown.push(one) });
  const fetch = reachability.watched((async () => answer()) as unknown as HttpFetch);
  return {
    ...{ reachability, shown },
    ask: async (url: string, how: () => Response, signal?: AbortSignal) => {
      answer = how;
      now += 1_000;
      await fetch(url, signal && { signal }).catch(() => {});
    },
    state: (url: string) => {
      const { since, failure } = reachability.of(url) ?? {};
      return since === undefined ? "up" : `${failure?.code} since ${since}`;
    },
  };
}

const refused = () => {
  throw new TypeError("fetch failed", { cause: Object.assign(new Error(), { code: "ECONNREFUSED" }) });
};
const status =
  (status: number, headers: Record<string, string> = {}) =>
  () =>
    new Response("", { status, headers });

test("a gateway is down from the first request that it does not answer until the first that it does", async () => {
  const { ask, state, shown } = world();
  const states = [state(one)];
  for (const how of [status(200), refused, refused, status(401), refused]) {
    await ask(one, how);
    states.push(state(one));
  }
  assert.deepEqual(
    { states, news: shown.map(({ isNew }) => isNew) },
    {
      states: [
        "up",
        "up",
        "gateway_unreachable since 3000",
        "gateway_unreachable since 3000",
        "up",
        "gateway_unreachable since 6000",
      ],
      news: [true, false, true, true],
    },
  );
});

test("a connection that cannot be made concerns every gateway there, and an unavailable server its own address", async () => {
  const { ask, state } = world();
  await ask(one, refused);
  const lost = [state(one), state(other)];
  await ask(other, status(503));
  assert.deepEqual(
    { lost, unavailable: [state(one), state(other)] },
    {
      lost: ["gateway_unreachable since 2000", "gateway_unreachable since 2000"],
      unavailable: ["up", "gateway_error since 3000"],
    },
  );
});

test("whatever an answer says, a gateway that gives one is there, also one that is busy", async () => {
  const { ask, state, shown } = world();
  for (const how of [status(401), status(404), status(500), status(429), status(503, { "retry-after": "5" })]) {
    await ask(one, how);
  }
  assert.deepEqual({ state: state(one), shown }, { state: "up", shown: [] });
});

test("who gives up waiting has learnt nothing, and who waited as long as one waits has", async () => {
  const { ask, state } = world();
  const [given, waited] = [new AbortController(), new AbortController()];
  given.abort();
  waited.abort(new DOMException("", "TimeoutError"));
  await ask(one, refused, given.signal);
  const after = state(one);
  await ask(one, refused, waited.signal);
  assert.deepEqual([after, state(one)], ["up", "gateway_unreachable since 3000"]);
});
