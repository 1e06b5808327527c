import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { type TestContext, test } from "node:test";
import { setImmediate as soon } from "node:timers/promises";
import { HostStream } from "../../../src/standalone/hostStream.ts";

/** A host that says these methods, one after the other; whether it is known to stay after each. */
async function usedAfter(t: TestContext, ...methods: readonly string[]): Promise<readonly boolean[]> {
  const input = new PassThrough();
  const stream = new HostStream(input, new PassThrough(), undefined);
  const got: string[] = [];
  stream.onmessage = (message) => got.push("method" in message ? message.method : "");
  t.after(() => stream.close());
  let isUsed = false;
  void stream.used.then(() => {
    isUsed = true;
  });
  await stream.start();
  const after: boolean[] = [];
  for (const [id, method] of methods.entries()) {
    input.write(`${JSON.stringify({ jsonrpc: "2.0", id, method })}\n`);
    while (got.length <= id) await soon();
    await soon();
    after.push(isUsed);
  }
  assert.deepEqual(got, methods);
  return after;
}

test("who asks what the program speaks, and no more, has no use for a sign-in yet", async (t) => {
  const after = await usedAfter(t, "server/discover", "server/discover", "tools/list");
  assert.deepEqual(after, [false, false, true]);
});

test("who begins a session stays", async (t) => {
  assert.deepEqual(await usedAfter(t, "initialize"), [true]);
});

test("silence is a terminal, but not that of somebody who has the answer and waits", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const silent = new HostStream(new PassThrough(), new PassThrough(), undefined);
  t.after(() => silent.close());
  await silent.start();
  t.mock.timers.tick(1_000);
  await silent.used;

  const input = new PassThrough();
  const waiting = new HostStream(input, new PassThrough(), undefined);
  t.after(() => waiting.close());
  let isUsed = false;
  void waiting.used.then(() => {
    isUsed = true;
  });
  const heard = new Promise<void>((done) => {
    waiting.onmessage = () => done();
  });
  await waiting.start();
  input.write(`${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "server/discover" })}\n`);
  await heard;
  t.mock.timers.tick(10_000);
  await soon();
  assert.equal(isUsed, false);
});
