import assert from "node:assert/strict";
import { test } from "node:test";
import { Listeners } from "../../../src/mcp/listeners.ts";

function startListeners() {
  const asked: string[] = [];
  const clock = { now: 0 };
  const listeners = new Listeners(
    (method, uri) => void asked.push(`${method.slice("resources/".length)} ${uri}`),
    () => clock.now,
  );
  const follow = (...uris: unknown[]) => {
    const gone = new AbortController();
    listeners.follow({ notifications: { resourceSubscriptions: uris } }, gone.signal);
    return () => gone.abort();
  };
  return { listeners, asked, clock, follow };
}

test("a resource is subscribed to for the first listener, and no longer after the last", () => {
  const { asked, follow } = startListeners();
  const [one, other] = [follow("a", "b"), follow("a")];
  one();
  const between = [...asked];
  other();
  assert.deepEqual(
    { between, after: asked.slice(between.length) },
    { between: ["subscribe a", "subscribe b", "unsubscribe b"], after: ["unsubscribe a"] },
  );
});

test("a listener that is gone already is not followed, and nothing is subscribed to for it", () => {
  const { listeners, asked } = startListeners();
  const followed = listeners.follow({ notifications: { resourceSubscriptions: ["a"] } }, AbortSignal.abort());
  assert.deepEqual({ followed, asked, idle: listeners.idleSince }, { followed: false, asked: [], idle: 0 });
});

test("nobody listens since the last one went", () => {
  const { listeners, clock, follow } = startListeners();
  const [one, other] = [follow(), follow()];
  clock.now = 5;
  one();
  const between = listeners.idleSince;
  clock.now = 9;
  other();
  assert.deepEqual({ between, after: listeners.idleSince }, { between: undefined, after: 9 });
});

test("a resource is subscribed to again for a later listener", () => {
  const { asked, follow } = startListeners();
  follow("a")();
  follow("a")();
  assert.deepEqual(asked, ["subscribe a", "unsubscribe a", "subscribe a", "unsubscribe a"]);
});

test("a filter that makes no sense listens to no resource", () => {
  const { listeners, asked } = startListeners();
  const gone = new AbortController();
  const params = [undefined, {}, { notifications: null }, { notifications: { resourceSubscriptions: "a" } }];
  const followed = params.map((one) => listeners.follow(one as never, gone.signal));
  gone.abort();
  assert.deepEqual({ followed, asked }, { followed: [true, true, true, true], asked: [] });
});
