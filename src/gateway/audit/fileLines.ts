import { closeSync, createReadStream, openSync, readSync } from "node:fs";
import { readLine } from "./sealedLine.ts";
import type { FileLine } from "./verifyAudit.ts";

/** The longest line that is read whole, in bytes. No line that we write has as many. */
const LONGEST = 16 * 1024 * 1024;

/** The lines of files, one after the other. */
export async function* fileLines(files: readonly string[]): AsyncGenerator<FileLine> {
  for (const file of files) yield* linesOf(file);
}

async function* linesOf(file: string): AsyncGenerator<FileLine> {
  let line = 0;
  let rest: Buffer[] = [];
  let length = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      rest.push(chunk.subarray(start, end));
      yield { file, line: ++line, bytes: rest.length === 1 ? (rest[0] as Buffer) : Buffer.concat(rest), isEnded: true };
      [rest, length, start] = [[], 0, end + 1];
    }
    const part = chunk.subarray(start);
    length += part.length;
    // Of a line without end no more is kept than shows that it is none of ours.
    if (part.length > 0 && length <= LONGEST) rest.push(part);
  }
  if (length > 0) yield { file, line: line + 1, bytes: Buffer.concat(rest), isEnded: false };
}

/** The files in the order of their first lines, since those of a rotation are named in another. */
export function inOrder(files: readonly string[]): readonly string[] {
  const first = new Map(files.map((file) => [file, firstSequence(file) ?? Number.POSITIVE_INFINITY]));
  const of = (file: string) => first.get(file) ?? 0;
  // Equal ones keep the order in which they were named.
  return [...files].sort((one, other) => (of(one) < of(other) ? -1 : of(one) > of(other) ? 1 : 0));
}

/** How much of a file is read for its first line, in bytes. */
const HEAD_BYTES = 1024 * 1024;

/**
 * The number of the first line of a file that is part of a chain.
 *
 * @throws Error of the file system
 */
export function firstSequence(path: string): number | undefined {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(HEAD_BYTES);
    const read = bytes.subarray(0, readSync(file, bytes, 0, HEAD_BYTES, 0));
    for (let start = 0; start < read.length; ) {
      const end = read.indexOf(10, start);
      const line = readLine(read.subarray(start, end < 0 ? read.length : end));
      if (line) return line.link.sequence;
      if (end < 0) return undefined;
      start = end + 1;
    }
    return undefined;
  } finally {
    closeSync(file);
  }
}
