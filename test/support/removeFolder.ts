import { rmSync } from "node:fs";

const TRIES = 40;
const PAUSE_MS = 50;

/**
 * Removes a folder that programs may still write to which are just ending. Node's own tries remove the folder alone and
 * again, and not what has come into it since.
 */
export function removeFolder(folder: string): void {
  for (let left = TRIES; ; left--) {
    try {
      rmSync(folder, { recursive: true, force: true });
      return;
    } catch (error) {
      if (left === 0) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}
