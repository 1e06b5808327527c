/* The words of a JSON text (RFC 8259, 3), which may be cut anywhere. */

import { REFUSED } from "./jsonPart.ts";

/** The word that begins with a byte; any of them where none does, which is refused at its first letter. */
export const wordOf = (byte: number): string => (byte === 0x74 ? "true" : byte === 0x66 ? "false" : "null");

/**
 * A word, or what the next piece has of it.
 *
 * @param known how many of its letters came before
 * @returns the index after it; where it is none, the complement of `REFUSED`, and where the bytes end first, that of the
 *   number of letters that came: it is below zero
 */
export function afterWord(bytes: Uint8Array, from: number, word: string, known = 0): number {
  const { length } = bytes;
  let letters = known;
  for (let at = from; at < length; at++) {
    if (bytes[at] !== word.charCodeAt(letters)) return ~REFUSED;
    if (++letters === word.length) return at + 1;
  }
  return ~letters;
}
