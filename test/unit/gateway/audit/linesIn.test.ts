import assert from "node:assert/strict";
import { closeSync, openSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { auditTail } from "../../../../src/gateway/audit/auditChain.ts";
import { fileLines, firstSequence } from "../../../../src/gateway/audit/fileLines.ts";
import { linesIn, linesOf } from "../../../../src/gateway/audit/linesIn.ts";
import { chainStart, sealed } from "../../../../src/gateway/audit/sealedLine.ts";
import { runs } from "../../../support/bulk.ts";
import { makeTemporaryFolder } from "../../../support/temporaryFolder.ts";

const textOf = ({ bytes, isEnded }: { readonly bytes: Buffer; readonly isEnded: boolean }) => [
  bytes.toString("latin1"),
  isEnded,
];

/** The lines of a text, told apart from behind, as whoever reads it would. */
function expectedLines(text: string, longest = Number.POSITIVE_INFINITY) {
  const parts = text.split("\n");
  const open = parts.pop() ?? "";
  const ended = parts.map((line) => [line.slice(0, longest), true]);
  if (open === "") return ended;
  // Of one that is too long nothing is told but that.
  return [...ended, [open.slice(0, longest), open.length > longest]];
}

const text = fc.array(fc.constantFrom("a", "\r", "\n", "\0", "é"), { maxLength: 60 }).map((all) => all.join(""));
const cuts = fc.array(fc.nat(60));

test("the lines of a file are the same in whatever pieces it comes, and put together they are the file", () => {
  let withoutEnd = 0;
  fc.assert(
    fc.property(text, cuts, (written, at) => {
      const places = [0, ...at.map((cut) => Math.min(cut, written.length)).sort((one, other) => one - other)];
      const pieces = places.map((from, i) => Buffer.from(written.slice(from, places[i + 1]), "latin1"));
      const lines = [...linesOf(pieces.filter(({ length }) => length > 0))];
      assert.deepEqual(lines.map(textOf), expectedLines(written));
      const whole = lines.map(({ bytes, isEnded }) => bytes.toString("latin1") + (isEnded ? "\n" : "")).join("");
      assert.equal(whole, written);
      if (lines.at(-1)?.isEnded === false) withoutEnd += 1;
    }),
    runs(5_000),
  );
  assert.ok(withoutEnd > 50, `${withoutEnd} without an end`);
});

test("of a line that is too long there is the beginning, with its end or without, and the next one is whole", () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 9 }), (written, longest, size) => {
      const bytes = Buffer.from(written, "latin1");
      const pieces: Buffer[] = [];
      for (let from = 0; from < bytes.length; from += size) pieces.push(bytes.subarray(from, from + size));
      assert.deepEqual([...linesOf(pieces, longest)].map(textOf), expectedLines(written, longest));
    }),
    runs(5_000),
  );
});

/** A file of a test, with what its lines are read from. */
function fileOf(t: TestContext, written: string) {
  const folder = makeTemporaryFolder("lines");
  const path = join(folder, "audit.jsonl");
  writeFileSync(path, written, "latin1");
  const file = openSync(path, "r");
  t.after(() => {
    closeSync(file);
    rmSync(folder, { recursive: true, force: true });
  });
  return { path, file };
}

test("a file is read from one place to another, over what is read at once, and each line is its reader's to keep", (t) => {
  // Its lines lie across the pieces that are read at once, which have a mebibyte.
  const lines = Array.from({ length: 40 }, (_, index) => String(index).padEnd(100_000 + index, "x"));
  const written = `${lines.join("\n")}\nhalf`;
  const { path, file } = fileOf(t, written);
  assert.deepEqual([...linesIn(file)].map(textOf), expectedLines(written));
  assert.deepEqual(
    [...linesIn(file, 150_000, 2_000_000)].map(textOf),
    expectedLines(written.slice(150_000, 2_150_000)),
  );
  const told = [...fileLines([path, path])].map(({ line, isEnded }) => [line, isEnded]);
  const once = Array.from({ length: 41 }, (_, index) => [index + 1, index < 40]);
  assert.deepEqual(told, [...once, ...once]);
});

test("the first and the last line of a chain are found among lines of others, with the end of the last or without", (t) => {
  const first = sealed(JSON.stringify({ one: 1 }), { ...chainStart, sequence: 4 }, undefined);
  const last = sealed(JSON.stringify({ one: 2 }), first.position, undefined);
  const whole = `not ours\n${first.line}\n${last.line}`;
  const seen = (written: string) => {
    const { path } = fileOf(t, written);
    const { position, torn, isWhole, isEmpty } = auditTail(path, undefined);
    return [firstSequence(path), position?.sequence, torn.toString("latin1"), isWhole, isEmpty];
  };
  assert.deepEqual(
    [`${whole}\n`, whole, `${whole}\nnot ours\n`, `${whole}\n{"half`, "not ours\n{", "not ours\n", ""].map(seen),
    [
      [5, 6, "", true, false],
      [5, 6, last.line, true, false],
      [5, 6, "", true, false],
      [5, 6, '{"half', false, false],
      [undefined, undefined, "{", false, false],
      [undefined, undefined, "", true, false],
      [undefined, undefined, "", true, true],
    ],
  );
});
