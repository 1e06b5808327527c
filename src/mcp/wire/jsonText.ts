import { afterString, INVALID, QUOTE } from "./jsonString.ts";

/**
 * Where the parts of a JSON text (RFC 8259) end, in its bytes, without making values of them.
 *
 * Each function is given the index at which a part begins and returns the index after it, `INVALID` where `JSON.parse`
 * would refuse the text, and `TOO_DEEP` where the limit is passed. Bytes that are no UTF-8 are invalid, since a decoder
 * would put other characters in their place and the text would be another one.
 */
export const TOO_DEEP = -2;

export const COMMA = 0x2c;
export const COLON = 0x3a;
export const BEGIN_OBJECT = 0x7b;
export const END_OBJECT = 0x7d;
const BEGIN_ARRAY = 0x5b;
const END_ARRAY = 0x5d;

/** The deepest that any text is followed, whatever a caller allows. */
export const DEEPEST = 1024;

/**
 * Whether space that was passed had the end of a line, since this was last set to false. Strings have none as it is, so
 * that nobody need look through the whole text for one. Nobody is interrupted while it is in use.
 */
export const passed = { lineEnd: false };

export function afterSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  for (; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === 0x0a || byte === 0x0d) passed.lineEnd = true;
    else if (byte !== 0x20 && byte !== 0x09) return at;
  }
  return at;
}

/**
 * A value of any kind.
 *
 * @param room how many arrays and objects may stand in each other, `DEEPEST` at most
 */
export function afterValue(bytes: Uint8Array, from: number, room: number): number {
  let depth = 0;
  let at = from;
  for (;;) {
    const byte = bytes[at];
    const isObject = byte === BEGIN_OBJECT;
    if (isObject || byte === BEGIN_ARRAY) {
      if (depth >= room) return TOO_DEEP;
      open[depth++] = isObject ? END_OBJECT : END_ARRAY;
      at = afterSpace(bytes, at + 1);
      if (bytes[at] !== open[depth - 1]) {
        if (isObject) at = afterName(bytes, at);
        if (at < 0) return INVALID;
        continue;
      }
      depth--;
      at++;
    } else {
      at = afterScalar(bytes, at);
      if (at < 0) return INVALID;
    }
    // A value has ended here: what it stands in goes on or ends too.
    for (;;) {
      if (depth === 0) return at;
      at = afterSpace(bytes, at);
      const next = bytes[at++];
      if (next === COMMA) break;
      if (next !== open[depth - 1]) return INVALID;
      depth--;
    }
    at = afterSpace(bytes, at);
    if (open[depth - 1] === END_OBJECT) at = afterName(bytes, at);
    if (at < 0) return INVALID;
  }
}

/** What ends each of the arrays and objects that are open. Nobody is interrupted while it is in use. */
const open = new Uint8Array(DEEPEST);

/** The name of a member and its colon, up to the value. */
function afterName(bytes: Uint8Array, from: number): number {
  if (bytes[from] !== QUOTE) return INVALID;
  const end = afterString(bytes, from);
  if (end < 0) return INVALID;
  const colon = afterSpace(bytes, end);
  return bytes[colon] === COLON ? afterSpace(bytes, colon + 1) : INVALID;
}

function afterScalar(bytes: Uint8Array, from: number): number {
  switch (bytes[from]) {
    case QUOTE:
      return afterString(bytes, from);
    case 0x74:
      return afterWord(bytes, from, "true");
    case 0x66:
      return afterWord(bytes, from, "false");
    case 0x6e:
      return afterWord(bytes, from, "null");
    default:
      return afterNumber(bytes, from);
  }
}

function afterWord(bytes: Uint8Array, from: number, word: string): number {
  for (let at = 1; at < word.length; at++) if (bytes[from + at] !== word.charCodeAt(at)) return INVALID;
  return from + word.length;
}

/** RFC 8259, 6: no plus in front, no leading zeros, digits on both sides of the point. */
function afterNumber(bytes: Uint8Array, from: number): number {
  const whole = bytes[from] === 0x2d ? from + 1 : from;
  let at = bytes[whole] === 0x30 ? whole + 1 : afterDigits(bytes, whole);
  if (at > 0 && bytes[at] === 0x2e) at = afterDigits(bytes, at + 1);
  if (at > 0 && (bytes[at] === 0x65 || bytes[at] === 0x45)) {
    const sign = bytes[at + 1];
    at = afterDigits(bytes, sign === 0x2b || sign === 0x2d ? at + 2 : at + 1);
  }
  return at;
}

/** One digit at least. */
function afterDigits(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isDigit(bytes[at])) at++;
  return at > from ? at : INVALID;
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;
