import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { untilDrained } from "../../../src/system/untilDrained.ts";

/** An output whose reader has stopped. */
function full(): PassThrough {
  const output = new PassThrough({ highWaterMark: 1 });
  assert.equal(output.write("more than it takes"), false);
  return output;
}
const listening = (output: PassThrough) => [output.listenerCount("drain"), output.listenerCount("close")];

for (const [what, act] of [
  ["it is read", (output: PassThrough) => void output.resume()],
  ["it ends", (output: PassThrough) => void output.destroy()],
] as const) {
  test(`any number of writers wait for an output at the cost of one, until ${what}`, async () => {
    const output = full();
    const idle = listening(output);
    const writers = Array.from({ length: 20 }, () => untilDrained(output));
    const waiting = listening(output);
    act(output);
    await Promise.all(writers);
    assert.deepEqual(
      waiting,
      idle.map((count) => count + 1),
    );
    assert.deepEqual(listening(output)[0], idle[0]);
  });
}

test("an output that is full again is waited for again", async () => {
  const output = full();
  const first = untilDrained(output);
  output.read();
  await first;
  assert.equal(output.write("more than it takes"), false);
  let isOver = false;
  const second = untilDrained(output).then(() => {
    isOver = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  const before = isOver;
  output.read();
  await second;
  assert.equal(before, false);
});
