import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../../../src/mcp/passThrough.ts";
import { SUSPENDED_MS, SuspendedCall, type Waiting } from "../../../src/mcp/suspendedCall.ts";
import { soon } from "../../support/mcpKernel.ts";

const life = () => new AbortController();

/** A call whose server is played by the test, and the request of its caller that waits at the moment. */
function startCall() {
  let finish: (result: Json) => void = () => {};
  let fail: (error: unknown) => void = () => {};
  const result = new Promise<Json>((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });
  const call = new SuspendedCall(() => result);
  const told: unknown[] = [];
  const waiting = (signal = life().signal): Waiting => ({
    signal,
    notify: (method, params) => void told.push([method, params]),
    onprogress: (progress) => void told.push(progress),
  });
  const ask = (method: string, signal = life().signal) => {
    const answer = call.peer.request(method, { about: method }, { signal });
    const ended = answer.then((value) => ["answered", value] as const).catch((error) => ["refused", error] as const);
    return ended;
  };
  return { call, told, waiting, ask, finish: (result: Json) => finish(result), fail: (error: unknown) => fail(error) };
}

test("a call that asks nothing is done with its result, and its progress goes to the request that waits", async () => {
  const { call, told, waiting, finish } = startCall();
  const turn = call.turn(waiting());
  call.onprogress({ progress: 1 });
  call.peer.notify("notifications/message", { data: "x" });
  finish({ content: [] });
  assert.deepEqual(
    { turn: await turn, told },
    {
      turn: { kind: "done", result: { content: [] } },
      told: [{ progress: 1 }, ["notifications/message", { data: "x" }]],
    },
  );
});

test("a question ends the request that waits, and its answer goes on with the call", async () => {
  const { call, waiting, ask, finish } = startCall();
  const first = call.turn(waiting());
  const answer = ask("elicitation/create");
  const asked = await first;
  call.answered({ action: "accept" });
  const second = call.turn(waiting());
  const got = await answer;
  finish({ content: ["done"] });
  assert.deepEqual(
    { asked, got, second: await second },
    {
      asked: { kind: "asked", method: "elicitation/create", params: { about: "elicitation/create" } },
      got: ["answered", { action: "accept" }],
      second: { kind: "done", result: { content: ["done"] } },
    },
  );
});

test("a caller that comes back without the answer refuses the question", async () => {
  const { call, waiting, ask } = startCall();
  const turn = call.turn(waiting());
  const answer = ask("elicitation/create");
  await turn;
  call.answered(undefined);
  const [kind, error] = await answer;
  assert.deepEqual([kind, (error as { code?: number }).code], ["refused", -32602]);
});

test("a queued question that the server takes back is never put to the caller", async () => {
  const { call, waiting, ask, finish } = startCall();
  const first = call.turn(waiting());
  void ask("elicitation/create");
  const takeBack = life();
  const second = ask("sampling/createMessage", takeBack.signal);
  await first;
  takeBack.abort("taken back");
  call.answered({ action: "accept" });
  const turn = call.turn(waiting());
  await soon();
  finish({ content: [] });
  assert.deepEqual(
    { second: await second, turn: await turn },
    { second: ["refused", "taken back"], turn: { kind: "done", result: { content: [] } } },
  );
});

test("a question that is taken back in the moment in which it would be put is not put", async () => {
  const { call, waiting, ask, finish } = startCall();
  const turn = call.turn(waiting());
  const takeBack = life();
  void ask("elicitation/create", takeBack.signal);
  takeBack.abort("taken back");
  await soon();
  finish({ content: [] });
  assert.deepEqual(await turn, { kind: "done", result: { content: [] } });
});

test("a question that was taken back before it came is refused", async () => {
  const { ask } = startCall();
  const gone = life();
  gone.abort("taken back");
  assert.deepEqual(await ask("elicitation/create", gone.signal), ["refused", "taken back"]);
});

test("a queued question of a call that ended is refused and never put to the caller", async () => {
  const { call, waiting, ask, finish } = startCall();
  const queued = ask("elicitation/create");
  finish({ content: [] });
  await soon();
  const turn = await call.turn(waiting());
  assert.deepEqual({ turn: turn.kind, queued: (await queued)[0] }, { turn: "done", queued: "refused" });
});

test("a call fails as its server failed", async () => {
  const { call, waiting, fail } = startCall();
  const turn = call.turn(waiting());
  fail(new RangeError("no"));
  await assert.rejects(turn, RangeError);
});

test("a call ends with the caller that waits for it, also with one that is gone already", async () => {
  const [one, other] = [startCall(), startCall()];
  const caller = life();
  void one.call.turn(one.waiting(caller.signal)).catch(() => {});
  const before = one.call.signal.aborted;
  caller.abort("gone");
  void other.call.turn(other.waiting(caller.signal)).catch(() => {});
  assert.deepEqual(
    { before, after: one.call.signal.reason, gone: other.call.signal.reason },
    { before: false, after: "gone", gone: "gone" },
  );
});

test("a call that nobody comes back to is given up after ten minutes", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { call, waiting, ask } = startCall();
  const turn = call.turn(waiting());
  void ask("elicitation/create");
  await turn;
  context.mock.timers.tick(SUSPENDED_MS - 1);
  const before = call.signal.aborted;
  context.mock.timers.tick(1);
  assert.deepEqual({ before, after: call.signal.aborted }, { before: false, after: true });
});
