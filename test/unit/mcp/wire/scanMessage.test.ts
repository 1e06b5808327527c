import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { MAX_DEPTH } from "../../../../src/lib/limits.ts";
import { readValue, type ScannedMessage, scanMessage } from "../../../../src/mcp/wire/scanMessage.ts";
import { anyCharacter } from "../../../support/anyText.ts";
import { cut } from "../../../support/cut.ts";
import { holds } from "../../../support/holds.ts";

type Json = Record<string, unknown>;

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** What a decoder and `JSON.parse` make of the bytes; nothing where one of them refuses. */
function parsed(bytes: Uint8Array): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)) };
  } catch {
    return undefined;
  }
}

const own = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value) && Object.hasOwn(value, name)
    ? (value as Json)[name]
    : undefined;

const found = (message: ScannedMessage) => {
  const read = (
    name: "id" | "method" | "params" | "name" | "progressToken" | "result" | "isError" | "resultMeta" | "error",
  ) => (message[name] === undefined ? undefined : readValue(message, message[name]));
  return {
    ...{ id: read("id"), method: read("method"), params: read("params"), name: read("name") },
    ...{ progressToken: read("progressToken"), result: read("result"), isError: read("isError") },
    resultType: message.resultType && readValue(message, message.resultType),
    ...{ resultMeta: read("resultMeta"), error: read("error") },
  };
};

const expected = (value: unknown) => {
  const params = own(value, "params");
  const result = own(value, "result");
  return {
    ...{ id: own(value, "id"), method: own(value, "method"), params, name: own(params, "name") },
    ...{ progressToken: own(own(params, "_meta"), "progressToken"), result, isError: own(result, "isError") },
    resultType: own(result, "resultType"),
    ...{ resultMeta: own(result, "_meta"), error: own(value, "error") },
  };
};

/** Holds the scanner to `JSON.parse`, whatever the bytes are and wherever they are cut. */
function agrees(bytes: Uint8Array): void {
  const whole = parsed(bytes);
  const isObject = typeof whole?.value === "object" && whole.value !== null && !Array.isArray(whole.value);
  for (const size of [bytes.length + 1, 1, 2, 5]) {
    const scanned = scanMessage(cut([bytes], size));
    assert.equal(scanned.kind, isObject ? "message" : "unreadable");
    if (scanned.kind === "message") assert.deepEqual(found(scanned), expected(whole?.value));
  }
}

/** Names that are looked for, and others, some in a form that only a parser knows again. */
const name = fc.oneof(
  fc.constantFrom("id", "method", "params", "result", "error", "jsonrpc", "_meta", "name", "progressToken"),
  fc.constantFrom("isError", "resultType", "__proto__", "constructor", "ID", "i", "ids", "", "résultat", "結果"),
  fc.string({ unit: anyCharacter, maxLength: 6 }),
);

/** Every character as an escape, but for those outside the Basic Multilingual Plane. */
const escaped = (text: string) =>
  `"${[...text].map((one) => (one.length === 1 ? `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}` : one)).join("")}"`;
const nameText = fc.oneof(
  { weight: 4, arbitrary: name.map((text) => JSON.stringify(text)) },
  { weight: 1, arbitrary: name.map(escaped) },
);
const space = fc.constantFrom("", "", "", " ", "\n\t", "\r\n ");
const scalarText = fc.oneof(
  fc.jsonValue({ maxDepth: 0 }).map((value) => JSON.stringify(value)),
  fc.constantFrom("-0", "1e400", "1.50E-3", "12345678901234567890", '"\\ud800"', '"\\/\\b"', '"\\u0041"', "0.0"),
  fc.string({ unit: anyCharacter, maxLength: 400 }).map((value) => JSON.stringify(value)),
);

/** JSON texts as nobody's serialiser writes them: space anywhere, names twice, every escape. */
const { value: valueText, object: objectText } = fc.letrec<{ value: string; object: string }>((tie) => ({
  value: fc.oneof({ depthSize: "small", withCrossShrink: true }, scalarText, tie("object"), arrayOf(tie("value"))),
  object: fc
    .array(fc.tuple(space, nameText, space, space, tie("value"), space), { maxLength: 6 })
    .map((members) => `{${members.map(([a, key, b, c, value, d]) => `${a}${key}${b}:${c}${value}${d}`).join(",")}}`),
}));

function arrayOf(value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .array(fc.tuple(space, value, space), { maxLength: 4 })
    .map((all) => `[${all.map((one) => one.join("")).join(",")}]`);
}

/** Bytes with a few of them changed, left out, put in or cut off. */
const damaged = (text: fc.Arbitrary<string>) =>
  fc
    .tuple(
      text.map(bytesOf),
      fc.array(fc.tuple(fc.nat(), fc.constantFrom("change", "remove", "insert", "cut"), fc.nat({ max: 255 })), {
        minLength: 1,
        maxLength: 3,
      }),
    )
    .map(([bytes, changes]) => {
      let all = [...bytes];
      for (const [where, change, byte] of changes) {
        const at = all.length === 0 ? 0 : where % all.length;
        if (change === "cut") all = all.slice(0, at);
        else all.splice(at, change === "insert" ? 0 : 1, ...(change === "remove" ? [] : [byte]));
      }
      return Uint8Array.from(all);
    });

describe("the scanner finds what JSON.parse finds", () => {
  test("in messages as serialisers write them", () => {
    const message = fc.record(
      {
        jsonrpc: fc.constant("2.0"),
        id: fc.oneof(fc.integer(), fc.string(), fc.constant(null)),
        method: fc.string(),
        params: fc.oneof(
          fc.jsonValue(),
          fc.record({ name: fc.string(), _meta: fc.record({ progressToken: fc.jsonValue() }) }, { requiredKeys: [] }),
        ),
        result: fc.oneof(fc.jsonValue(), fc.record({ isError: fc.boolean(), resultType: fc.string() })),
        error: fc.jsonValue(),
        more: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    holds(fc.property(message, (value) => agrees(bytesOf(JSON.stringify(value)))));
  });

  test("in texts with space, repeated names and escapes", () => {
    holds(fc.property(fc.tuple(space, objectText, space), (parts) => agrees(bytesOf(parts.join("")))));
  });

  test("in texts of any kind", () => {
    holds(fc.property(valueText, (text) => agrees(bytesOf(text))));
  });

  test("in texts that were damaged, and refuses what it refuses", () => {
    holds(fc.property(damaged(objectText), agrees));
  });

  test("in any bytes", () => {
    holds(fc.property(fc.uint8Array({ maxLength: 40 }), agrees));
    const near = fc.array(fc.constantFrom(...'{}[]:,"\\u0dD8e+-.1tn \n{"id":'.split("")), { maxLength: 24 });
    holds(fc.property(near, (parts) => agrees(bytesOf(parts.join("")))));
  });

  test("in every character's first bytes, in UTF-8 or nearly", () => {
    for (let first = 0x80; first <= 0xff; first++) {
      for (const second of [0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0]) {
        for (const more of [[], [0x80], [0xbf, 0x80], [0x80, 0xc0]]) {
          agrees(Uint8Array.from([...bytesOf('{"id":"'), first, second, ...more, ...bytesOf('"}')]));
        }
      }
    }
  });

  test("in long strings, wherever they begin in memory and whatever is at their end", () => {
    const text = fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 1100 }), fc.string({ unit: anyCharacter, maxLength: 3 }));
    holds(
      fc.property(text, fc.constantFrom("", "\u0001", "\\", '"', "é", "\\x"), ([offset, length, more], bad) => {
        const message = bytesOf(
          `{"result":{"text":"${"x".repeat(length)}${JSON.stringify(more).slice(1, -1)}${bad}"}}`,
        );
        const memory = new Uint8Array(message.length + offset);
        memory.set(message, offset);
        agrees(memory.subarray(offset));
      }),
    );
  });
});

describe("a message is scanned", () => {
  const scan = (text: string) => {
    const scanned = scanMessage([bytesOf(text)]);
    assert.equal(scanned.kind, "message");
    return scanned as ScannedMessage;
  };

  for (const [what, text, isPlain] of [
    ["as plain when every member is known and there once", '{"jsonrpc":"2.0","id":1,"result":{}}', true],
    ["as not plain when a member is there twice", '{"jsonrpc":"2.0","id":1,"result":{},"id":2}', false],
    ["as not plain when the same name is written in two ways", '{"id":1,"result":{},"\\u0069d":2}', false],
    ["as not plain when a tool is named twice", '{"method":"m","params":{"name":"a","name":"b"}}', false],
    ["as not plain when it has members of its own", '{"jsonrpc":"2.0","id":1,"result":{},"extra":1}', false],
    ["as plain whatever a result has", '{"jsonrpc":"2.0","id":1,"result":{"extra":1,"extra":2}}', true],
  ] as const) {
    test(what, () => assert.equal(scan(text).isPlain, isPlain));
  }

  test("without what an earlier object of the same name had in it", () => {
    const scanned = found(scan('{"params":{"name":"a","_meta":{"progressToken":1}},"params":{}}'));
    const { params, name: tool, progressToken } = scanned;
    assert.deepEqual({ params, tool, progressToken }, { params: {}, tool: undefined, progressToken: undefined });
  });
});

describe("the limits", () => {
  const nested = (depth: number) => bytesOf(`{"result":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`);

  test("let a message be as deep as they say and no deeper", () => {
    assert.equal(scanMessage([nested(MAX_DEPTH)]).kind, "message");
    assert.equal(scanMessage([nested(MAX_DEPTH + 1)]).kind, "tooDeep");
    assert.equal(scanMessage([nested(4)], { maxDepth: 3 }).kind, "tooDeep");
    assert.equal(scanMessage([bytesOf('{"params":{"_meta":{}}}')], { maxDepth: 2 }).kind, "tooDeep");
    assert.equal(scanMessage([bytesOf('{"params":{"_meta":{}},"result":{"a":{}}}')], { maxDepth: 3 }).kind, "message");
  });

  test("hold against a text that never ends opening, however long it is", () => {
    assert.equal(scanMessage([bytesOf(`{"result":${'[{"a":'.repeat(500_000)}`)]).kind, "tooDeep");
  });

  test("let a message be as large as they say and no larger", () => {
    const bytes = bytesOf('{"id":1}');
    assert.equal(scanMessage([bytes], { maxBytes: bytes.length }).kind, "message");
    assert.equal(scanMessage([bytes], { maxBytes: bytes.length - 1 }).kind, "tooLarge");
  });
});
