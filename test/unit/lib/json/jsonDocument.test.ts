import assert from "node:assert/strict";
import { test } from "node:test";
import { positionsIn } from "../../../../src/lib/json/jsonDocument.ts";

test("a line ends where editors end it, at LF, CRLF or CR, and positions are counted from 1", () => {
  const positionOf = positionsIn("a\nbc\r\nd\r\re");
  const seen = [0, 1, 2, 3, 6, 8, 9].map((offset) => Object.values(positionOf(offset)).join(":"));
  assert.deepEqual(seen, ["1:1", "1:2", "2:1", "2:2", "3:1", "4:1", "5:1"]);
});

test("many faults on many lines are placed without reading the text once for each", () => {
  const text = "x\n".repeat(200_000);
  const positionOf = positionsIn(text);
  let lines = 0;
  for (let offset = 0; offset < text.length; offset += 2) lines += positionOf(offset).line;
  assert.equal(lines, (200_000 * 200_001) / 2);
});
