import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { MAX_EVENT_ID_BYTES } from "../../../../src/lib/limits.ts";
import { inOne } from "../../../../src/lib/pieces.ts";
import { EventStream, EventTooLarge } from "../../../../src/mcp/wire/eventStream.ts";
import { anyCharacter } from "../../../support/anyText.ts";
import { holds } from "../../../support/holds.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);

interface Seen {
  readonly events: readonly { readonly type: string; readonly data: string }[];
  readonly lastEventId: string;
  readonly retryMs: number | undefined;
}

/** @param cuts where the bytes are cut into pieces */
function seen(bytes: Uint8Array, cuts: readonly number[] = []): Seen {
  const stream = new EventStream();
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)).sort((one, other) => one - other), bytes.length];
  const events = ends.flatMap((end, at) => stream.push(bytes.slice(ends[at - 1] ?? 0, end)));
  const { lastEventId, retryMs } = stream;
  return { events: events.map(({ type, data }) => ({ type, data: textOf(inOne(data)) })), lastEventId, retryMs };
}

/** The algorithm as HTML, 9.2.6 has it, on the whole text, with none of the care for pieces. */
function asSpecified(bytes: Uint8Array): Seen {
  const lines = new TextDecoder().decode(bytes).split(/\r\n|\r|\n/);
  const events: { type: string; data: string }[] = [];
  let data = "";
  let type = "";
  let id = "";
  let lastEventId = "";
  let retryMs: number | undefined;
  // The last one has no end.
  for (const line of lines.slice(0, -1)) {
    if (line === "") {
      lastEventId = id;
      if (data !== "") events.push({ type: type || "message", data: data.slice(0, -1) });
      data = "";
      type = "";
      continue;
    }
    const [, name, value] = /^([^:]*)(?::[ ]?(.*))?$/s.exec(line) ?? [];
    const given = value ?? "";
    if (name === "data") data += `${given}\n`;
    if (name === "event") type = given;
    if (name === "id" && !given.includes("\0")) id = given;
    if (name === "retry" && /^[0-9]+$/.test(given)) retryMs = Number(given);
  }
  return { events, lastEventId, retryMs };
}

describe("a stream is taken apart", () => {
  for (const [what, text, events] of [
    [
      "into its events",
      "data: a\n\ndata: b\n\n",
      [
        ["message", "a"],
        ["message", "b"],
      ],
    ],
    [
      "whatever ends its lines",
      "data: a\r\rdata: b\r\n\r\ndata: c\n\r\n",
      [
        ["message", "a"],
        ["message", "b"],
        ["message", "c"],
      ],
    ],
    ["with the lines of an event put together", "data: a\ndata\ndata:  b\n\n", [["message", "a\n\n b"]]],
    [
      "by its types",
      "event: ping\ndata: a\n\ndata: b\n\n",
      [
        ["ping", "a"],
        ["message", "b"],
      ],
    ],
    ["without events that have no data", "event: ping\n\nid: 1\n\n: comment\n\ndata: a\n\n", [["message", "a"]]],
    ["with events whose data is empty", "id: 1\ndata:\n\n", [["message", ""]]],
    ["without what was not ended", "data: a\n\ndata: b\n", [["message", "a"]]],
    ["without its byte order mark", "\ufeffdata: a\n\n", [["message", "a"]]],
    ["without lines that only look like a field", " data: a\nDATA: b\ndata : c\n\n", []],
  ] as const) {
    test(what, () => {
      const all = seen(bytesOf(text)).events.map(({ type, data }) => [type, data]);
      assert.deepEqual(all, events);
    });
  }

  test("with an id that is longer than any header as if it were not there", () => {
    const long = seen(bytesOf(`id: a\ndata: 1\n\nid: ${"x".repeat(MAX_EVENT_ID_BYTES + 1)}\ndata: 2\n\n`));
    assert.deepEqual([long.events.length, long.lastEventId], [2, "a"]);
  });

  test("as specified, wherever it is cut", () => {
    const field = fc.constantFrom("data", "event", "id", "retry", "dat", "datas", "", "dàta");
    const separator = fc.constantFrom(":", ": ", ":  ", "", " :");
    const value = fc.oneof(
      fc.constantFrom("", "a", '{"jsonrpc":"2.0"}', "10", "1e3", "-1", "\0", "\ufeff", "a:b", "漢字", "é"),
      fc.string({ unit: anyCharacter, maxLength: 8 }),
    );
    const end = fc.constantFrom("\n", "\n", "\r\n", "\r", "\n\n", "\r\n\r\n", "\r\r", "");
    const line = fc.tuple(field, separator, value, end).map((parts) => parts.join(""));
    const text = fc
      .tuple(fc.constantFrom("", "\ufeff"), fc.array(line, { maxLength: 8 }))
      .map(([mark, all]) => mark + all.join(""));
    holds(
      fc.property(text, fc.array(fc.nat(), { maxLength: 12 }), (given, cuts) => {
        const bytes = bytesOf(given);
        assert.deepEqual(seen(bytes, cuts), asSpecified(bytes));
        assert.deepEqual(seen(bytes, [...bytes.keys()]), asSpecified(bytes));
      }),
    );
  });

  test("as specified, whatever the bytes are", () => {
    const near = fc.array(
      fc.oneof(fc.constantFrom(..."data: id\r\n\r\n\r\n".split("").map((one) => one.charCodeAt(0))), fc.nat(255)),
    );
    holds(
      fc.property(near, fc.array(fc.nat(), { maxLength: 6 }), (given, cuts) => {
        const bytes = Uint8Array.from(given);
        assert.deepEqual(seen(bytes, cuts), asSpecified(bytes));
      }),
    );
  });

  test("without a copy of an event that came in one piece", () => {
    const piece = bytesOf('event: message\ndata: {"id":1}\n\n');
    const [event] = new EventStream().push(piece);
    assert.equal(event?.data[0]?.buffer, piece.buffer);
  });
});

describe("the limit", () => {
  const rooms = [
    ["to a line in one piece", ["data: 12345678\n\n"], ["data: 123456789\n\n"]],
    ["to a line in several pieces", ["data: 12", "345678", "\n\n"], ["data: 123", "456789"]],
    ["to the end of a line in several pieces", ["data: 12", "345678\n\n"], ["data: 123", "456789\n\n"]],
    ["to all lines of an event together", ["data: 12345678\ndata: 9abcd\n\n"], ["data: 12345678\ndata: 9abcde\n\n"]],
    ["to lines without anything on them", ["data\n".repeat(15), "\n"], ["data\n".repeat(16)]],
    ["to lines that are no data", [": 123456789abc\n"], [": 123456789abcd\n"]],
  ] as const;
  for (const [what, taken, refused] of rooms) {
    test(`holds ${what}`, () => {
      const feed = (pieces: readonly string[]) => {
        const stream = new EventStream(14);
        return pieces.flatMap((piece) => stream.push(bytesOf(piece)));
      };
      feed(taken);
      assert.throws(() => feed(refused), EventTooLarge);
    });
  }

  test("is for each event by itself", () => {
    const stream = new EventStream(14);
    for (let round = 0; round < 100; round++) assert.equal(stream.push(bytesOf("data: 1234567\n\n")).length, 1);
  });
});
