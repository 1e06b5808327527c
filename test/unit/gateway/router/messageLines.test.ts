import assert from "node:assert/strict";
import { test } from "node:test";
import { MessageLines } from "../../../../src/gateway/router/messageLines.ts";
import { MAX_DEPTH, MAX_LISTED_TEXT } from "../../../../src/lib/limits.ts";
import { UNREAD } from "../../../../src/mcp/pages.ts";

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

/** A list that is longer than is read of one, with its id in front or behind. */
const longList = (id: number | string, { field = "tools", isInFront = true } = {}) => {
  const items = Array.from({ length: 90 }, (_, index) => ({ name: `${index}`.padEnd(100_000, "x") }));
  const result = { [field]: items };
  return line(isInFront ? { jsonrpc: "2.0", id, result } : { jsonrpc: "2.0", result, id });
};
const asking = (id: number, method = "tools/list") => ({ jsonrpc: "2.0" as const, id, method });

/** What is read of a text while these lists are asked for: the ids of answers, how many items they have, and what comes next. */
function listsRead(asked: readonly ReturnType<typeof asking>[], text: string, told: readonly object[] = []) {
  const lines = new MessageLines(32 * 1024 * 1024);
  for (const one of [...asked, ...told]) lines.told(one as ReturnType<typeof asking>);
  const bytes = Buffer.from(text);
  let behind = 0;
  const found: unknown[] = [];
  for (let at = 0; at < bytes.length; at += 65_536) {
    lines.append(bytes.subarray(at, at + 65_536));
    for (let next = lines.readMessage(); next !== null; next = lines.readMessage()) {
      const { id, result = {} } = next as { id?: unknown; result?: Record<string, unknown> };
      const items = Object.values(result).find(Array.isArray)?.length;
      found.push([id, items, result.nextCursor]);
      if (behind === 0) behind = at + 65_536;
    }
  }
  return { found, readUpTo: behind };
}

test("a list is read up to what is taken of one, and ends there, while its program goes on", () => {
  const { found, readUpTo } = listsRead([asking(7)], `${longList(7)}${line(message(8))}`);
  assert.deepEqual(found, [
    [7, 63, UNREAD],
    [8, undefined, undefined],
  ]);
  assert.ok(readUpTo < MAX_LISTED_TEXT + 2 * 65_536, `${readUpTo} bytes`);
});

test("a long list is the answer to the request that its id names, or to the one that there is for such a list", () => {
  const both = [asking(1), asking(2), asking(3, "prompts/list")];
  const behind = { isInFront: false };
  const cancelled = { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1 } };
  const read = {
    named: listsRead(both, longList(2)).found,
    asText: listsRead(both, longList("2")).found,
    ofOneKind: listsRead(both, longList(3, { field: "prompts", ...behind })).found,
    leftOver: listsRead(both, longList(2, behind), [cancelled]).found,
    afterAnother: listsRead(both, `${line(message(1))}${longList(2, behind)}`).found,
  };
  assert.deepEqual(read, {
    named: [[2, 63, UNREAD]],
    asText: [[2, 63, UNREAD]],
    ofOneKind: [[3, 63, UNREAD]],
    leftOver: [[2, 63, UNREAD]],
    afterAnother: [
      [1, undefined, undefined],
      [2, 63, UNREAD],
    ],
  });
});

test("a long answer of which nobody can tell that it is a list that was asked for is read whole", () => {
  assert.deepEqual(
    [
      listsRead([], longList(1)),
      listsRead([asking(1)], longList(2)),
      listsRead([asking(1), asking(2)], longList(2, { isInFront: false })),
      listsRead([asking(1)], longList(1, { field: "prompts" })),
    ].map(({ found }) => found),
    [[[1, 90, undefined]], [[2, 90, undefined]], [[2, 90, undefined]], [[1, 90, undefined]]],
  );
});
