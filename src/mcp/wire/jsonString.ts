/*
 * The strings of a JSON text (RFC 8259, 7), which may be cut anywhere. Bytes that are no UTF-8 are refused, since a decoder
 * would put other characters in their place and the text would be another one.
 */

import { REFUSED } from "./jsonPart.ts";

export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;

/** Where in a string a byte stands. `REFUSED` is none of them. */
const PLAIN = 1;
const ENDED = 2;
const ESCAPED = 3;
/** Digits of `\u` that are to come: four, three, two, one. */
const HEX_4 = 4;
const HEX_1 = 7;
/** Bytes of a character that are to come, of which the first is any that goes on. */
const MORE_1 = 8;
const MORE_2 = 9;
const MORE_3 = 10;
/** After a first byte that does not let every second one follow (RFC 3629, 4). */
const AFTER_E0 = 11;
const AFTER_ED = 12;
const AFTER_F0 = 13;
const AFTER_F4 = 14;

/** @returns where the string is after a byte, which `ENDED` or `REFUSED` is not to be given */
function afterByte(state: number, byte: number): number {
  switch (state) {
    case PLAIN:
      return afterPlainByte(byte);
    case ESCAPED:
      return byte === 0x75 ? HEX_4 : escapes[byte] === 1 ? PLAIN : REFUSED;
    case MORE_1:
      return isBetween(byte, 0x80, 0xbf, PLAIN);
    case MORE_2:
      return isBetween(byte, 0x80, 0xbf, MORE_1);
    case MORE_3:
      return isBetween(byte, 0x80, 0xbf, MORE_2);
    case AFTER_E0:
      return isBetween(byte, 0xa0, 0xbf, MORE_1);
    case AFTER_ED:
      return isBetween(byte, 0x80, 0x9f, MORE_1);
    case AFTER_F0:
      return isBetween(byte, 0x90, 0xbf, MORE_2);
    case AFTER_F4:
      return isBetween(byte, 0x80, 0x8f, MORE_2);
    default:
      if (!isHexDigit(byte)) return REFUSED;
      return state === HEX_1 ? PLAIN : state + 1;
  }
}

const isBetween = (byte: number, least: number, most: number, then: number): number =>
  byte >= least && byte <= most ? then : REFUSED;

/** What may follow a backslash, but for `u`: `" \ / b f n r t`. */
const escapes = new Uint8Array(256);
for (const byte of [QUOTE, BACKSLASH, 0x2f, 0x62, 0x66, 0x6e, 0x72, 0x74]) escapes[byte] = 1;

const isHexDigit = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);

function afterPlainByte(byte: number): number {
  if (byte === QUOTE) return ENDED;
  if (byte === BACKSLASH) return ESCAPED;
  if (byte < 0x20) return REFUSED;
  return byte < 0x80 ? PLAIN : afterFirstOfSeveral(byte);
}

/** A character of two to four bytes, in its shortest form and no surrogate (RFC 3629, 4). */
function afterFirstOfSeveral(byte: number): number {
  if (byte < 0xc2 || byte > 0xf4) return REFUSED;
  if (byte < 0xe0) return MORE_1;
  if (byte < 0xf0) return byte === 0xe0 ? AFTER_E0 : byte === 0xed ? AFTER_ED : MORE_2;
  return byte === 0xf0 ? AFTER_F0 : byte === 0xf4 ? AFTER_F4 : MORE_3;
}

/** `afterByte` of each state and byte, at 256 times the state and the byte: plain ones come first. */
const table = Uint8Array.from({ length: 256 * (AFTER_F4 + 1) }, (_, at) => afterByte(at >> 8, at & 0xff));

/** That of a plain one alone, which most are. */
const plain = table.slice(PLAIN << 8, (PLAIN + 1) << 8);

/** After how many bytes four are looked at together. It takes a view to be made, which short strings are not worth. */
const LONG = 256;

/**
 * A string, or what the next piece has of it.
 *
 * @param from the index after the opening quote, or the piece's beginning
 * @param state where in the string that is
 * @returns the index after the closing quote; where there is none, the complement of the state at the end of the bytes,
 *   or of `REFUSED`: it is below zero
 */
export function afterString(bytes: Uint8Array, from: number, state = PLAIN): number {
  const { length } = bytes;
  let now = state;
  let at = from;
  while (at < length) {
    if (now === PLAIN) {
      const near = Math.min(at + LONG, length);
      while (at < near && plain[bytes[at] as number] === PLAIN) at++;
      if (at === near) {
        at = afterPlainWords(bytes, at);
        continue;
      }
      now = plain[bytes[at++] as number] as number;
      if (now === ENDED) return at;
      if (now === MORE_2 && at + 1 < length && isMore(bytes[at] as number) && isMore(bytes[at + 1] as number)) {
        at += 2;
        now = PLAIN;
      }
    } else {
      now = table[(now << 8) | (bytes[at++] as number)] as number;
    }
    if (now === REFUSED) break;
  }
  return ~now;
}

const isMore = (byte: number): boolean => (byte & 0xc0) === 0x80;

/** Goes on by words of four plain bytes, and stops before one that has another. */
function afterPlainWords({ buffer, byteOffset, length }: Uint8Array, from: number): number {
  // Views of words begin at multiples of four, so that the first may begin with bytes that were looked at already.
  const start = (byteOffset + from) & ~3;
  const words = new Int32Array(buffer, start, (byteOffset + length - start) >> 2);
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at] as number;
    // The highest bit of a byte is set where it is no ASCII, or where a subtraction goes below zero: of a space from
    // what is less than one, and of one from what a quote or a backslash leaves when it is taken out (Hacker's
    // Delight, 6-1). A borrow comes from a byte that is one of them itself.
    const quotes = (word ^ 0x22222222) - 0x01010101;
    const backslashes = (word ^ 0x5c5c5c5c) - 0x01010101;
    if ((((word - 0x20202020) | quotes | backslashes | word) & 0x80808080) !== 0) break;
  }
  return Math.max(from, start + at * 4 - byteOffset);
}
