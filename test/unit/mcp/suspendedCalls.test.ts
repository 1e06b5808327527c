import assert from "node:assert/strict";
import { test } from "node:test";
import { MOST_SUSPENDED_CALLS } from "../../../src/lib/limits.ts";
import type { Json } from "../../../src/mcp/passThrough.ts";
import { SuspendedCall } from "../../../src/mcp/suspendedCall.ts";
import { SuspendedCalls } from "../../../src/mcp/suspendedCalls.ts";

const waiting = () => ({ signal: new AbortController().signal, notify: () => {}, onprogress: undefined });

/** A call that asks one question and is done with its answer. */
async function suspend(calls: SuspendedCalls, key: string) {
  const call = new SuspendedCall(async ({ peer, signal }) => ({
    said: await peer.request("elicitation/create", { message: "who?" }, { signal }),
  }));
  const result = await calls.turn(key, call, waiting());
  return { call, result, state: String(result.requestState) };
}

const refusal = (act: () => unknown): number | undefined => {
  try {
    act();
    return undefined;
  } catch (error) {
    return (error as { code: number }).code;
  }
};

test("a suspended call is an input_required result, and its state goes on with it once", async () => {
  const calls = new SuspendedCalls("ours:");
  const { result, state } = await suspend(calls, "ada");
  const resumed = calls.resume("ada", state, { question: { action: "accept" } });
  const done = resumed && (await calls.turn("ada", resumed, waiting()));
  assert.deepEqual(
    { ...result, requestState: state.startsWith("ours:"), done, again: refusal(() => calls.resume("ada", state, {})) },
    {
      resultType: "input_required",
      inputRequests: { question: { method: "elicitation/create", params: { message: "who?" } } },
      requestState: true,
      done: { said: { action: "accept" } } as Json,
      again: -32602,
    },
  );
});

test("a state is good only for whoever it was given to, who can still use it afterwards", async () => {
  const calls = new SuspendedCalls("ours:");
  const { call, state } = await suspend(calls, "ada");
  const eve = refusal(() => calls.resume("eve", state, { question: {} }));
  assert.deepEqual({ eve, ada: calls.resume("ada", state, { question: {} }) === call }, { eve: -32602, ada: true });
});

test("a state of a server behind us begins a call, as does none", () => {
  const calls = new SuspendedCalls("ours:");
  assert.deepEqual(
    [calls.resume("ada", "theirs", {}), calls.resume("ada", undefined, undefined)],
    [undefined, undefined],
  );
});

test("the state of a call that ended is forgotten", async () => {
  const calls = new SuspendedCalls("ours:");
  const gone = new AbortController();
  const call = new SuspendedCall(async ({ peer, signal }) => await peer.request("roots/list", undefined, { signal }));
  const { requestState } = await calls.turn("ada", call, { ...waiting(), signal: gone.signal });
  const second = call.turn({ ...waiting(), signal: gone.signal });
  gone.abort(new Error("gone"));
  await second.catch(() => {});
  assert.equal(
    refusal(() => calls.resume("ada", String(requestState), {})),
    -32602,
  );
});

test("of too many suspended calls the one that waited longest is ended", async () => {
  const calls = new SuspendedCalls("ours:");
  const states: string[] = [];
  const ended: boolean[] = [];
  const all: SuspendedCall[] = [];
  for (let at = 0; at < MOST_SUSPENDED_CALLS + 1; at++) {
    const { call, state } = await suspend(calls, "ada");
    all.push(call);
    states.push(state);
  }
  for (const call of all.slice(0, 2)) ended.push(call.signal.aborted);
  const [first, second] = states;
  const resumed = calls.resume("ada", second, {}) === all[1];
  for (const call of all) call.giveUp();
  assert.deepEqual(
    { ended, first: refusal(() => calls.resume("ada", first, {})), resumed },
    { ended: [true, false], first: -32602, resumed: true },
  );
});
