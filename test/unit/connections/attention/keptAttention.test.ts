import assert from "node:assert/strict";
import { test } from "node:test";
import { KeptAttention } from "../../../../src/connections/attention/keptAttention.ts";
import type { AnyFailure } from "../../../../src/failures/failure.ts";
import { QueueLock, recordingLog } from "../../../support/fakePorts.ts";

/** A window with what is stored. */
async function window(stored: { text: string | undefined }) {
  const log = recordingLog();
  const file = {
    path: "attention.json",
    read: async () => stored.text,
    write: async (text: string) => {
      stored.text = text;
    },
  };
  const kept = new KeptAttention(file, new QueueLock(), log);
  await kept.load();
  return { kept, log };
}

const failure = (code: string, facts: object): AnyFailure => ({ code, facts }) as unknown as AnyFailure;
const refused = failure("gateway_refused_token", { gateway: "a", status: 401, error: "invalid_token" });

test("a refusal is there in the next window, with its finding and report, until it is dropped", async () => {
  const stored = { text: undefined as string | undefined };
  const { kept } = await window(stored);
  await kept.keep({ id: "a", failure: refused, finding: "First to mend: x.", report: { at: 1 } });
  const { kept: next } = await window(stored);
  assert.deepEqual(next.find("a"), { id: "a", failure: refused, finding: "First to mend: x.", report: { at: 1 } });
  await next.drop("a");
  assert.deepEqual([(await window(stored)).kept.find("a"), next.find("a")], [undefined, undefined]);
});

test("nothing that a token or a server says is kept, and other failures are not", async () => {
  const stored = { text: undefined as string | undefined };
  const { kept } = await window(stored);
  const words = "sub is marked-person";
  await kept.keep({ id: "a", failure: failure("gateway_refused_token", { ...refused.facts, words }) });
  const scopes = { gateway: "b", needed: ["write"], granted: ["marked-scope"], words };
  await kept.keep({ id: "b", failure: failure("insufficient_scope", scopes), finding: "Bearer marked.abcdefghijkl.x" });
  const audience = failure("token_audience_mismatch", { expected: "x", found: ["marked-audience"] });
  await kept.keep({ id: "c", failure: audience });
  assert.equal((await window(stored)).kept.find("b")?.failure.code, "insufficient_scope");
  assert.doesNotMatch(stored.text ?? "", /marked/);
  assert.deepEqual(kept.find("c"), undefined);
});

test("what a newer version wrote stays byte for byte, and a damaged file is not written over", async () => {
  const newer = '{ "id" : "n",  "failure": {"code":"of_tomorrow", "facts":{}} }';
  const stored = { text: `{ "version": 7, "other": [1,  2],\n "refusals": [${newer}] }` as string | undefined };
  const { kept } = await window(stored);
  await kept.keep({ id: "a", failure: refused });
  await kept.drop("a");
  assert.ok(stored.text?.includes(newer) && stored.text.includes('"other": [1,  2]'), stored.text);
  assert.match(stored.text ?? "", /"version": 7/);
  const damaged = { text: "{ damaged" as string | undefined };
  const other = await window(damaged);
  await other.kept.keep({ id: "a", failure: refused });
  assert.deepEqual([damaged.text, other.kept.find("a")?.id, other.log.lines.length], ["{ damaged", "a", 1]);
});

test("what is kept is bounded: fifty refusals, and no report that is too long", async () => {
  const stored = { text: undefined as string | undefined };
  const { kept } = await window(stored);
  for (let at = 0; at < 60; at++) await kept.keep({ id: `c${at}`, failure: refused });
  await kept.keep({ id: "long", failure: refused, finding: "x.", report: "x".repeat(100_000) });
  const { kept: next } = await window(stored);
  assert.deepEqual(
    [JSON.parse(stored.text ?? "").refusals.length, next.find("c0"), next.find("long")],
    [50, undefined, { id: "long", failure: refused, finding: "x." }],
  );
});
