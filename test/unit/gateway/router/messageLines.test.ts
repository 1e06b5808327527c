import assert from "node:assert/strict";
import { test } from "node:test";
import { MessageLines } from "../../../../src/gateway/router/messageLines.ts";
import { MAX_DEPTH } from "../../../../src/lib/limits.ts";

const message = (id: number, text = "") => ({ jsonrpc: "2.0", id, result: { text } });
const line = (value: unknown) => `${JSON.stringify(value)}\n`;

/** What is read of a text that comes in pieces of a length, and what is wrong with it. */
function read(text: string, length: number, maxBytes = 1_000): readonly unknown[] {
  const lines = new MessageLines(maxBytes);
  const found: unknown[] = [];
  const bytes = Buffer.from(text);
  const all = () => {
    for (;;) {
      try {
        const next = lines.readMessage();
        if (next === null) return;
        found.push(next);
      } catch (error) {
        found.push((error as Error).message);
      }
    }
  };
  for (let at = 0; at < bytes.length; at += length) {
    try {
      lines.append(bytes.subarray(at, at + length));
    } catch (error) {
      return [...found, (error as Error).message];
    }
    all();
  }
  return found;
}

test("messages are read wherever their lines are cut, and what is no JSON is passed over", () => {
  const text = `${line(message(1, "größe"))}starting…\n\n${JSON.stringify(message(2))}\r\n${line(message(3))}{"jsonrpc":`;
  for (const length of [1, 2, 7, text.length * 2])
    assert.deepEqual(read(text, length), [message(1, "größe"), message(2), message(3)]);
});

test("JSON that is no message is told, and what comes behind it is read", () => {
  assert.deepEqual(read(`${line({ id: 1 })}${line([message(2)])}${line(message(3))}`, 1_000), [
    "no JSON-RPC message",
    "no JSON-RPC message",
    message(3),
  ]);
});

test("a line that is too long is told before it ends, and one that is as long as may be is read", () => {
  const whole = JSON.stringify(message(1));
  assert.deepEqual(read(`${whole}\n`, 5, whole.length), [message(1)]);
  assert.deepEqual(read(whole, 5, whole.length - 1), ["a line is longer than 0 KiB"]);
});

test("a message that is nested too deeply ends the reading, and brackets that are none are passed over", () => {
  const deep = (depth: number) => `{"jsonrpc":"2.0","id":1,"result":{"a":${"[".repeat(depth)}${"]".repeat(depth)}}}\n`;
  const most = MAX_DEPTH - 2;
  assert.equal(read(deep(most), 100, 10_000).length, 1);
  assert.deepEqual(read(deep(most + 1), 100, 10_000), ["a message has more than 512 levels of brackets"]);
  assert.deepEqual(read(`${"[".repeat(2_000)}\n${line(message(2))}`, 100, 10_000), [message(2)]);
});
