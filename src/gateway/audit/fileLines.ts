import { closeSync, openSync } from "node:fs";
import { linesIn } from "./linesIn.ts";
import { readLine } from "./sealedLine.ts";
import type { FileLine } from "./verifyAudit.ts";

/**
 * The lines of files, one after the other.
 *
 * @throws Error of the file system
 */
export function* fileLines(paths: readonly string[]): Generator<FileLine> {
  for (const path of paths) {
    const file = openSync(path, "r");
    let line = 0;
    try {
      for (const one of linesIn(file)) yield { file: path, line: ++line, ...one };
    } finally {
      closeSync(file);
    }
  }
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
    for (const { bytes } of linesIn(file, 0, HEAD_BYTES)) {
      const line = readLine(bytes);
      if (line) return line.link.sequence;
    }
    return undefined;
  } finally {
    closeSync(file);
  }
}
