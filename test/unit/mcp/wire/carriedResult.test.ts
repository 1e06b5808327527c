import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Pieces } from "../../../../src/lib/pieces.ts";
import { typedResult } from "../../../../src/mcp/plainCalls.ts";
import { messageIn } from "../../../../src/mcp/readMessage.ts";
import { carriedAnswer, carriedBytes, identifiedResult } from "../../../../src/mcp/wire/carriedResult.ts";
import { messageLine } from "../../../../src/mcp/wire/messageLine.ts";
import { cut } from "../../../support/cut.ts";
import { heldCases, holds } from "../../../support/holds.ts";

const bytesOf = (text: string) => [new TextEncoder().encode(text)];
const lineOf = (message: object) => Buffer.concat(messageLine(message).map((piece) => Buffer.from(piece))).toString();

/** What every reader makes of an answer: the SDK takes `resultType` off in either era. */
function lifted(message: object): object {
  const { result, ...rest } = message as { readonly result?: unknown };
  if (typeof result !== "object" || result === null || Array.isArray(result) || carriedBytes(result)) return message;
  const { resultType: _, ...others } = result as Record<string, unknown>;
  return { ...rest, result: others };
}

/** What a host reads of an answer that came in these bytes, carried where it can be. */
function written(pieces: Pieces, carries: boolean): unknown {
  try {
    const line = lineOf(lifted(messageIn(pieces, carries)));
    assert.equal(line.indexOf("\n"), line.length - 1, "a message is one line");
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
    return "no message";
  }
}

const json = fc.jsonValue({ maxDepth: 3 });
const result = fc.oneof(
  json,
  fc.dictionary(fc.constantFrom("content", "isError", "resultType", "_meta", "structuredContent", "toJSON", "a"), json),
);
const answer = fc.record(
  {
    jsonrpc: fc.constantFrom("2.0", "1.0"),
    id: fc.oneof(fc.integer(), fc.string(), fc.constant(null), fc.constant(1.5)),
    result,
    error: fc.record({ code: fc.integer(), message: fc.string() }),
    method: fc.string(),
    extra: json,
  },
  { requiredKeys: ["jsonrpc", "id", "result"] },
);

test("a host reads the same whether a result was carried or read", () => {
  holds(
    fc.property(answer, fc.constantFrom(undefined, " ", "\t"), (message, space) => {
      const bytes = bytesOf(JSON.stringify(message, undefined, space));
      assert.deepEqual(written(cut(bytes, 7), true), written(bytes, false));
    }),
  );
});

test("a plain result is handed on in the bytes that it came in", () => {
  const text = '{"content":[{"type":"text","text":"caf\\u00e9 ü"}], "isError" : false,"big":12345678901234567890}';
  const carried = carriedAnswer(bytesOf(`{"jsonrpc":"2.0","id":"a","result":${text}}`));
  assert.deepEqual(
    [carried && lineOf(carried), JSON.stringify({ result: carried?.result })],
    [`{"jsonrpc":"2.0","id":"a","result":${text}}\n`, JSON.stringify({ result: JSON.parse(text) })],
  );
});

test("what one bundle carries another one writes in its bytes", async () => {
  const again = "../../../../src/mcp/wire/carriedResult.ts?in-another-bundle";
  const other: typeof import("../../../../src/mcp/wire/carriedResult.ts") = await import(again);
  assert.notEqual(other.carriedAnswer, carriedAnswer);
  const carried = other.carriedAnswer(bytesOf('{"jsonrpc":"2.0","id":1,"result":{"a" : 1}}'));
  assert.equal(carried && lineOf(carried), '{"jsonrpc":"2.0","id":1,"result":{"a" : 1}}\n');
});

for (const [what, text] of [
  ["an error", '{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":""}}'],
  ["a result with an error", '{"jsonrpc":"2.0","id":1,"result":{},"error":{"code":1,"message":""}}'],
  ["a result with the protocol's own members", '{"jsonrpc":"2.0","id":1,"result":{"_meta":{"progressToken":1}}}'],
  ["a result of a task", '{"jsonrpc":"2.0","id":1,"result":{"_meta":{"io.modelcontextprotocol/related-task":{}}}}'],
  [
    "a result of a task, in escapes",
    `{"jsonrpc":"2.0","id":1,"result":{"_meta":{"${[..."io.modelcontextprotocol/related-task"]
      .map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join("")}":{}}}}`,
  ],
  ["an id that no number keeps", '{"jsonrpc":"2.0","id":9007199254740993,"result":{}}'],
  ["an id that is no whole number", '{"jsonrpc":"2.0","id":1.5,"result":{}}'],
  ["a message of another version", '{"jsonrpc":"2.1","id":1,"result":{}}'],
  ["a version that is written in escapes", '{"jsonrpc":"\\u0032.0","id":1,"result":{}}'],
  ["a type that is written in escapes", '{"jsonrpc":"2.0","id":1,"result":{"resultType":"\\u0063omplete"}}'],
  ["a result whose own members are none", '{"jsonrpc":"2.0","id":1,"result":{"_meta":[]}}'],
  ["a result that asks for input", '{"jsonrpc":"2.0","id":1,"result":{"resultType":"input_required"}}'],
  ["a result of a type that is no text", '{"jsonrpc":"2.0","id":1,"result":{"resultType":null}}'],
  ["a result that stands on several lines", '{"jsonrpc":"2.0","id":1,"result":{\n}}'],
  ["a result that is given twice", '{"jsonrpc":"2.0","id":1,"result":{},"result":{"a":1}}'],
  ["a result that is no object", '{"jsonrpc":"2.0","id":1,"result":[]}'],
  ["a message with other members", '{"jsonrpc":"2.0","id":1,"result":{},"x":1}'],
  ["a batch", '[{"jsonrpc":"2.0","id":1,"result":{}}]'],
  ["a request", '{"jsonrpc":"2.0","id":1,"method":"a"}'],
  ["what is no UTF-8", '{"jsonrpc":"2.0","id":1,"result":{"a":"\ufffd"}}'],
] as const) {
  test(`is read as a whole: ${what}`, () => {
    const pieces = bytesOf(text);
    const broken = pieces.map((bytes) => (what === "what is no UTF-8" ? bytes.filter((byte) => byte !== 0xbf) : bytes));
    assert.equal(carriedAnswer(broken), undefined);
  });
}

test("an id is what a parser says, however it is written and cut", () => {
  const ids = ["0", "7", "-3", "1e3", "999999999999999", "9007199254740991", '"1"', '"\\u0031"'];
  for (const id of ids) {
    const pieces = bytesOf(`{"jsonrpc":"2.0","id":${id},"result":{}}`);
    for (const size of [1, 1000]) assert.equal(carriedAnswer(cut(pieces, size))?.id, JSON.parse(id));
  }
});

test("a result of a tool that only looks like one that is carried is none", () => {
  assert.equal(carriedBytes({ toJSON: () => ({}) }), undefined);
});

const modern = fc
  .tuple(
    fc.array(fc.tuple(fc.constantFrom("content", "_meta", "structuredContent", "a", "é"), json), { maxLength: 4 }),
    fc.constantFrom("complete", "input_required", "other"),
    fc.nat(),
  )
  .map(([members, resultType, at]) => {
    const all: [string, unknown][] = members.map(([name, value]) => [name, value]);
    all.splice(at % (all.length + 1), 0, ["resultType", resultType]);
    return { jsonrpc: "2.0", id: 1, result: Object.fromEntries(all) };
  });

test("a host of an earlier revision reads the same of a result of 2026-07-28, however that is written", () => {
  holds(
    fc.property(modern, fc.constantFrom(undefined, " "), fc.constantFrom("", " ", "\t"), (message, space, gap) => {
      const text = JSON.stringify(message, undefined, space).replaceAll(
        '"resultType":',
        `${gap}"resultType"${gap}:${gap}`,
      );
      assert.deepEqual(written(bytesOf(text), true), written(bytesOf(JSON.stringify(message)), false));
    }),
  );
});

test("a result of 2026-07-28 goes on in its bytes, without the member that the revisions before do not have", () => {
  const text =
    '{"jsonrpc":"2.0","id":1,"result":{"_meta":{"a":1},"big":12345678901234567890, "resultType" : "complete","isError":true}}';
  const carried = carriedAnswer(bytesOf(text));
  assert.ok(carried);
  assert.deepEqual(
    [lineOf(carried), carried.result.isError],
    ['{"jsonrpc":"2.0","id":1,"result":{"_meta":{"a":1},"big":12345678901234567890,"isError":true}}\n', true],
  );
});

const serverInfo = { name: "we", version: "1" };
const SERVER_INFO = "io.modelcontextprotocol/serverInfo";

test("a caller of 2026-07-28 reads the same of a result, whether it was carried or read, and of whichever revision", () => {
  let carried = 0;
  const meta = fc.oneof(json, fc.dictionary(fc.constantFrom("a", SERVER_INFO), json));
  const given = fc.record({ a: json, _meta: meta, resultType: fc.constant("complete"), b: json }, { requiredKeys: [] });
  holds(
    fc.property(given, fc.constantFrom(undefined, " "), fc.constantFrom(3, 1_000), (result, space, size) => {
      const bytes = bytesOf(JSON.stringify({ jsonrpc: "2.0", id: 1, result }, undefined, space));
      const answer = carriedAnswer(cut(bytes, size));
      if (answer === undefined) return;
      carried += 1;
      const typed = typedResult(answer.result, serverInfo);
      assert.ok(carriedBytes(typed), "it is carried still");
      const line = JSON.parse(lineOf({ jsonrpc: "2.0", id: 1, result: typed }));
      const read = JSON.parse(JSON.stringify(typedResult(result, serverInfo)));
      assert.deepEqual(line.result, read);
      assert.deepEqual(JSON.parse(JSON.stringify(typed)), read);
    }),
  );
  assert.ok(carried > heldCases / 20);
});

test("a result that was typed already, and one that nobody carries, is not typed again", () => {
  const answer = carriedAnswer(bytesOf('{"jsonrpc":"2.0","id":1,"result":{}}'));
  const typed = identifiedResult(answer?.result, "a", 1);
  assert.deepEqual(
    [typed && JSON.stringify(typed), identifiedResult(typed, "b", 2), identifiedResult({}, "a", 1)],
    ['{"resultType":"complete","_meta":{"a":1}}', undefined, undefined],
  );
});
