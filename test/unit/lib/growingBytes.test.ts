import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { GrowingBytes } from "../../../src/lib/growingBytes.ts";

const bytes = (length: number, from: number) => Uint8Array.from({ length }, (_, at) => (from + at) % 251);

test("pieces of every size come out as they went in, in their order", () => {
  const sizes = fc.array(fc.oneof(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 16_000, max: 70_000 })));
  fc.assert(
    fc.property(fc.array(sizes, { maxLength: 3 }), (rounds) => {
      const growing = new GrowingBytes();
      for (const round of rounds) {
        const pieces = round.map((length, at) => bytes(length, at));
        for (const piece of pieces) growing.append(piece);
        assert.equal(growing.length, Buffer.concat(pieces).length);
        assert.deepEqual(Buffer.concat(growing.take()), Buffer.concat(pieces));
        assert.equal(growing.length, 0);
      }
    }),
    { numRuns: 50 },
  );
});

test("a small piece of a large buffer does not keep it", () => {
  const growing = new GrowingBytes();
  const large = bytes(64 * 1024, 0);
  growing.append(large.subarray(0, 100));
  large.fill(0);
  assert.deepEqual(Buffer.concat(growing.take()), Buffer.from(bytes(100, 0)));
});

test("many small pieces take little more room than they have bytes, and none of it twice", () => {
  const growing = new GrowingBytes();
  for (let at = 0; at < 100_000; at++) growing.append(bytes(10, at));
  const pieces = growing.take();
  const held = new Set(pieces.map(({ buffer }) => buffer));
  const room = [...held].reduce((sum, buffer) => sum + buffer.byteLength, 0);
  assert.ok(pieces.length < 20 && room < 1_100_000, `${pieces.length} pieces in ${room} bytes`);
});
