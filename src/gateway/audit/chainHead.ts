import { closeSync, openSync, readFileSync, statSync, writeSync } from "node:fs";
import { isJsonObject } from "../../lib/json/jsonObject.ts";
import type { ChainPosition } from "./sealedLine.ts";

/** What the head of a chain says: where it ends, and the number of the first line that was not removed on purpose. */
export interface HeadPosition extends ChainPosition {
  readonly from: number;
}

/** The file that says where a chain ends, so that lines cannot be cut off its end unnoticed. */
export interface ChainHead {
  /** @throws Error of the file system */
  write(position: HeadPosition): void;
  close(): void;
}

/** One size for all heads, in bytes, so that one is written over the other in one piece. */
const SIZE = 128;
const MAX_BYTES = 1024;

/** @throws Error of the file system, when it cannot be opened for writing */
export function openHead(path: string): ChainHead {
  const file = openSync(path, statSync(path, { throwIfNoEntry: false }) ? "r+" : "w+", 0o600);
  return {
    write(position) {
      writeSync(file, `${JSON.stringify(position).padEnd(SIZE - 1)}\n`, 0);
    },
    close: () => closeSync(file),
  };
}

/**
 * @returns undefined where there is none yet
 * @throws Error of the file system, or one without a code where the file holds no head
 */
export function readHead(path: string): HeadPosition | undefined {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there === undefined || there.size === 0) return undefined;
  const text = there.size > MAX_BYTES ? "" : readFileSync(path, "utf8");
  const head = parsed(text);
  if (!isJsonObject(head)) throw new Error("it holds no head of a chain");
  const { sequence, seal, from } = head;
  if (!isCount(sequence) || !isCount(from) || typeof seal !== "string") throw new Error("it holds no head of a chain");
  return { sequence, seal, from };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
