import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Json } from "../../../src/mcp/passThrough.ts";
import type { CallerRequest, Peer } from "../../../src/mcp/peer.ts";
import { withinLimit } from "../../../src/relay/callLimit.ts";

const limit = { seconds: 10, place: "timeout" };

function start(t: TestContext, options: CallerRequest["options"] = {}) {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  let sent: CallerRequest | undefined;
  let answer: (result: Json) => void = () => {};
  const act = withinLimit({ method: "tools/call", params: { name: "slow" }, options }, limit, {
    now: () => Date.now(),
    send: (request) => {
      sent = request;
      return new Promise((resolve) => {
        answer = resolve;
      });
    },
  });
  const ended = act.then(
    () => "answered",
    (error: { code?: unknown; name: string }) => (typeof error.code === "string" ? error.code : error.name),
  );
  return { ended, answer: (result: Json) => answer(result), sent: () => sent as CallerRequest, act };
}

test("a call that takes longer is cancelled and told with the number and where it is set", async (t) => {
  const { act, ended, sent } = start(t);
  t.mock.timers.tick(9_999);
  assert.equal(sent().options.signal?.aborted, false);
  t.mock.timers.tick(1);
  assert.deepEqual([await ended, sent().options.signal?.aborted], ["call_timed_out", true]);
  await assert.rejects(act, { facts: { tool: "slow", seconds: 10, setting: "timeout" } });
});

test("an answer in time ends the waiting", async (t) => {
  const { ended, answer, sent } = start(t);
  t.mock.timers.tick(9_000);
  answer({});
  assert.equal(await ended, "answered");
  t.mock.timers.tick(60_000);
  assert.equal(sent().options.signal?.aborted, false);
});

test("whoever cancels the call themselves is not told of a limit", async (t) => {
  const given = new AbortController();
  const { ended } = start(t, { signal: given.signal });
  given.abort();
  assert.equal(await ended, "AbortError");
});

test("the time in which the person is asked something does not count", async (t) => {
  let answered: () => void = () => {};
  const peer: Peer = {
    request: () =>
      new Promise((resolve) => {
        answered = () => resolve({});
      }),
    notify() {},
  };
  const { ended, sent } = start(t, { peer });
  t.mock.timers.tick(6_000);
  const asking = sent().options.peer?.request("elicitation/create", {}, { signal: new AbortController().signal });
  t.mock.timers.tick(600_000);
  assert.equal(sent().options.signal?.aborted, false);
  answered();
  await asking;
  t.mock.timers.tick(3_999);
  assert.equal(sent().options.signal?.aborted, false);
  t.mock.timers.tick(1);
  assert.equal(await ended, "call_timed_out");
});
