import assert from "node:assert/strict";
import { test } from "node:test";
import { movingPicture } from "../../../scripts/screenshots/movingPicture.ts";

function file(...chunks: readonly (readonly [name: string, data: Buffer])[]): Buffer {
  const body = Buffer.concat([
    Buffer.from("WEBP"),
    ...chunks.map(([name, data]) =>
      Buffer.concat([Buffer.from(name), length(data), data, Buffer.alloc(data.length % 2)]),
    ),
  ]);
  return Buffer.concat([Buffer.from("RIFF"), length(body), body]);
}

function length(data: Buffer): Buffer {
  const four = Buffer.alloc(4);
  four.writeUInt32LE(data.length);
  return four;
}

test("pictures become one that moves: each with its time, and without what a browser wrote around it", () => {
  const one = file(["VP8X", Buffer.alloc(10)], ["ICCP", Buffer.from("profile")], ["VP8 ", Buffer.from("one")]);
  const two = file(["VP8L", Buffer.from("four")]);
  const moving = movingPicture(
    [
      { webp: one, milliseconds: 1_500 },
      { webp: two, milliseconds: 200 },
    ],
    { width: 300, height: 200 },
  );
  const names = [...moving.toString("latin1").matchAll(/VP8X|ICCP|ANIM|ANMF|VP8 |VP8L/g)].map(([name]) => name);
  assert.deepEqual(names, ["VP8X", "ANIM", "ANMF", "VP8 ", "ANMF", "VP8L"]);
  assert.equal(moving.readUInt32LE(4), moving.length - 8);
  const times = [...moving.toString("latin1").matchAll(/ANMF/g)].map(({ index }) =>
    moving.readUIntLE(index + 8 + 12, 3),
  );
  const size = [moving.readUIntLE(24, 3) + 1, moving.readUIntLE(27, 3) + 1];
  assert.deepEqual({ times, size }, { times: [1_500, 200], size: [300, 200] });
  assert.throws(() =>
    movingPicture([{ webp: file(["EXIF", Buffer.from("x")]), milliseconds: 1 }], { width: 1, height: 1 }),
  );
});
