import { BACKSLASH, QUOTE } from "./jsonString.ts";

/**
 * Whether arrays and objects stand in each other more deeply than `depth`. Only brackets and strings are looked at:
 * whether a text is JSON is for its parser to say.
 */
export function isDeeperThan(bytes: Uint8Array, depth: number): boolean {
  // Each of them takes a byte to open and one to close.
  if (bytes.length <= 2 * depth) return false;
  let open = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = endOfString(bytes, at);
    } else if (byte === 0x5b || byte === 0x7b) {
      open++;
      if (open > depth) return true;
    } else if (byte === 0x5d || byte === 0x7d) {
      open--;
    }
  }
  return false;
}

/** @returns the index of the closing quote, or the end of the text */
function endOfString(bytes: Uint8Array, from: number): number {
  let at = from + 1;
  for (; at < bytes.length && bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH) at++;
  return at;
}
