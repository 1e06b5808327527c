/** What an index is where `JSON.parse` would refuse the text, or where its bytes are no UTF-8. */
export const INVALID = -1;

export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;

/** What a byte is inside a string: 0 plain, 1 the end, 2 an escape, 3 not allowed, 4 the first of several. */
const kinds = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === QUOTE ? 1 : byte === BACKSLASH ? 2 : byte < 0x20 ? 3 : byte >= 0x80 ? 4 : 0,
);

/** After how many bytes four are looked at together. It takes a view to be made, which short strings are not worth. */
const LONG = 256;

/**
 * A string of a JSON text (RFC 8259, 7).
 *
 * @param from the index of the opening quote
 * @returns the index after the closing one, or `INVALID`
 */
export function afterString(bytes: Uint8Array, from: number): number {
  const { length } = bytes;
  let long = from + LONG;
  for (let at = from + 1; at < length; at++) {
    const kind = kinds[bytes[at] as number];
    if (kind === 0) {
      if (at < long) continue;
      at = afterPlainWords(bytes, at) - 1;
      long = at + LONG;
    } else {
      if (kind === 1) return at + 1;
      const end = kind === 2 ? afterEscape(bytes, at) : kind === 4 ? afterCharacter(bytes, at) : INVALID;
      if (end < 0) return INVALID;
      at = end - 1;
    }
  }
  return INVALID;
}

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
  return Math.max(from + 1, start + at * 4 - byteOffset);
}

/** What may follow a backslash, but for `u`: `" \ / b f n r t`. */
const escapes = new Uint8Array(256);
for (const byte of [QUOTE, BACKSLASH, 0x2f, 0x62, 0x66, 0x6e, 0x72, 0x74]) escapes[byte] = 1;

function afterEscape(bytes: Uint8Array, from: number): number {
  if (from + 1 >= bytes.length) return INVALID;
  const what = bytes[from + 1] as number;
  if (escapes[what] === 1) return from + 2;
  if (what !== 0x75 || from + 6 > bytes.length) return INVALID;
  for (let at = from + 2; at < from + 6; at++) if (!isHexDigit(bytes[at] as number)) return INVALID;
  return from + 6;
}

const isHexDigit = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);

/** A character of two to four bytes, in its shortest form and no surrogate (RFC 3629, 4). */
function afterCharacter(bytes: Uint8Array, from: number): number {
  const first = bytes[from] as number;
  if (first < 0xc2 || first > 0xf4) return INVALID;
  const end = from + (first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2);
  if (end > bytes.length) return INVALID;
  const second = bytes[from + 1] as number;
  const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < least || second > most) return INVALID;
  for (let at = from + 2; at < end; at++) if (((bytes[at] as number) & 0xc0) !== 0x80) return INVALID;
  return end;
}
