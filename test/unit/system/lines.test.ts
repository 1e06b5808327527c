import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import fc from "fast-check";
import { eachLine, Lines } from "../../../src/system/lines.ts";
import { runs } from "../../support/bulk.ts";

/** What is handed on of a text that comes in these pieces. */
function taken(pieces: readonly Buffer[], maxBytes: number) {
  const lines: { readonly line: string; readonly isWhole: boolean }[] = [];
  const reader = new Lines(maxBytes, (line, isWhole) => lines.push({ line: line.toString("latin1"), isWhole }));
  for (const piece of pieces) reader.push(piece);
  return lines;
}

test("lines come as they were written, in whatever pieces, and of a long one the beginning comes once", () => {
  const text = fc.array(fc.constantFrom("a", "b", "\r", "\n"), { maxLength: 60 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, fc.array(fc.nat(60)), fc.integer({ min: 0, max: 8 }), (written, cuts, most) => {
      const at = [0, ...cuts.map((cut) => Math.min(cut, written.length)).sort((one, other) => one - other)];
      const pieces = at.map((from, i) => Buffer.from(written.slice(from, at[i + 1] ?? written.length), "latin1"));
      const parts = written.split("\n");
      const open = parts.pop() ?? "";
      const expected = parts.map((line) => ({ line: line.slice(0, most), isWhole: line.length <= most }));
      if (open.length > most) expected.push({ line: open.slice(0, most), isWhole: false });
      assert.deepEqual(taken(pieces, most), expected);
    }),
    runs(2_000),
  );
});

test("of a line that somebody has enough of nothing more is kept or handed on, and of any other nothing is lost", () => {
  const text = fc.array(fc.constantFrom("a", "aaaa", "b", "\n"), { maxLength: 60 }).map((parts) => parts.join(""));
  let enough = 0;
  fc.assert(
    fc.property(
      text,
      fc.integer({ min: 1, max: 9 }),
      fc.nat(6),
      fc.integer({ min: 1, max: 12 }),
      (written, ...sizes) => {
        const [size, bytes, more] = sizes;
        const most = bytes + more;
        const lines: string[] = [];
        const asked: string[] = [];
        const reader = new Lines(most, (line, isWhole) => lines.push(`${line.toString()}${isWhole ? "" : "…"}`), {
          bytes,
          isEnough(begun) {
            asked.push(Buffer.concat(begun).toString());
            return asked.at(-1)?.startsWith("a") === true;
          },
        });
        for (let at = 0; at < written.length; at += size) reader.push(Buffer.from(written.slice(at, at + size)));
        const parts = written.split("\n");
        const open = parts.pop() ?? "";
        const long = [...parts, open].filter((line) => line.length > bytes);
        const others = parts.filter((line) => line.length <= bytes || !line.startsWith("a"));
        const cutOff = open.length > most && !(open.length > bytes && open.startsWith("a")) ? [open] : [];
        assert.deepEqual(
          lines,
          [...others, ...cutOff].map((line) => (line.length > most ? `${line.slice(0, most)}…` : line)),
        );
        assert.deepEqual(
          asked.map((begun, index) => long[index]?.startsWith(begun) && begun.length >= Math.min(bytes + 1, most)),
          long.map(() => true),
        );
        enough += long.filter((line) => line.startsWith("a")).length;
      },
    ),
    // It is asked once about a line that comes in many pieces.
    { ...runs(2_000), examples: [["bbbbbb\n", 1, 1, 6]] },
  );
  assert.ok(enough > 0, "lines of which there is enough");
});

test("a line without an end is not kept, and what follows it is read", () => {
  const piece = Buffer.alloc(1024 * 1024, "x");
  const before = process.memoryUsage().arrayBuffers;
  const lines = taken([...Array.from({ length: 300 }, () => piece), Buffer.from("\nnext\n")], 1000);
  assert.deepEqual(
    lines.map(({ line, isWhole }) => [line.length, isWhole]),
    [
      [1000, false],
      [4, true],
    ],
  );
  assert.ok(process.memoryUsage().arrayBuffers - before < 64 * 1024 * 1024);
});

test("what ends without a line break is a line, and Windows' line breaks are none of it", async () => {
  const stream = new PassThrough();
  const lines: string[] = [];
  eachLine(stream, 100, (line) => lines.push(line));
  stream.end("a\r\n\rb\rc");
  await new Promise((resolve) => stream.once("close", resolve));
  assert.deepEqual(lines, ["a", "\rb\rc"]);
});
