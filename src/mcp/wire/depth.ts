import type { Pieces } from "../../lib/pieces.ts";
import { BACKSLASH, QUOTE } from "./jsonString.ts";

/**
 * Whether arrays and objects stand in each other more deeply than `depth`. Only brackets and strings are looked at:
 * whether a text is JSON is for its parser to say.
 */
export function isDeeperThan(pieces: Pieces, depth: number): boolean {
  // Each of them takes a byte to open and one to close.
  if (pieces.length === 1 && (pieces[0] as Uint8Array).length <= 2 * depth) return false;
  let open = 0;
  let isInString = false;
  /** How far into the next piece an escape goes. */
  let ahead = 0;
  for (const bytes of pieces) {
    const { length } = bytes;
    let at = ahead;
    while (at < length) {
      if (isInString) {
        while (at < length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
        if (at >= length) break;
        isInString = false;
        at++;
        continue;
      }
      const byte = bytes[at++];
      if (byte === QUOTE) {
        isInString = true;
      } else if (byte === 0x5b || byte === 0x7b) {
        open++;
        if (open > depth) return true;
      } else if (byte === 0x5d || byte === 0x7d) {
        open--;
      }
    }
    ahead = at - length;
  }
  return false;
}
