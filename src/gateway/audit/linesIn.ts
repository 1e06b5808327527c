import { readSync } from "node:fs";
import { Lines } from "../../system/lines.ts";

/** A line of an audit's file, as bytes without its end. */
export interface LineBytes {
  readonly bytes: Buffer;
  /** Whether more of the file stands behind it, at least the line's end. */
  readonly isEnded: boolean;
}

/** The longest line that is read whole. No line that we write has as many bytes. */
const LONGEST = 16 * 1024 * 1024;
const AT_ONCE = 1024 * 1024;
const LF = 10;

/** The lines of an open file, from one place on and no further than another. @throws Error of the file system */
export const linesIn = (file: number, from = 0, most = Number.POSITIVE_INFINITY): Generator<LineBytes> =>
  linesOf(piecesOf(file, from, most));

function* piecesOf(file: number, from: number, most: number): Generator<Buffer> {
  for (let read = 0; read < most; ) {
    // Lines are parts of it, and whoever reads them may keep them.
    const bytes = Buffer.allocUnsafe(Math.min(AT_ONCE, most - read));
    const length = readSync(file, bytes, 0, bytes.length, from + read);
    if (length === 0) return;
    yield bytes.subarray(0, length);
    read += length;
  }
}

/**
 * The lines of a file that comes in pieces. Of one that is too long there is the beginning, which shows that it is none of ours:
 * whoever changed the file may have left a line without an end.
 */
export function* linesOf(pieces: Iterable<Buffer>, longest = LONGEST): Generator<LineBytes> {
  const found: Buffer[] = [];
  const lines = new Lines(longest, (line) => found.push(line));
  let isEnded = true;
  for (const piece of pieces) {
    lines.push(piece);
    isEnded = piece.at(-1) === LF;
    for (const bytes of found.splice(0)) yield { bytes, isEnded: true };
  }
  if (isEnded) return;
  lines.push(Buffer.from([LF]));
  for (const bytes of found) yield { bytes, isEnded: false };
}
