/*
 * The numbers of a JSON text (RFC 8259, 6), which may be cut anywhere: no plus in front, no leading zeros, digits on both
 * sides of the point.
 */

import { REFUSED } from "./jsonPart.ts";

/** Where in a number a byte stands; after these a number may end. */
const ZERO = 1;
const WHOLE = 2;
const FRACTION = 3;
const EXPONENT = 4;
/** After these a digit has to come. */
const MINUS = 5;
const POINT = 6;
const E = 7;
const SIGN = 8;
/** Before the first byte. */
const BEFORE = 9;

/** @returns `REFUSED` where the byte is not of the number */
function afterByte(state: number, byte: number): number {
  if (isDigit(byte)) {
    switch (state) {
      case ZERO:
        return REFUSED;
      case MINUS:
      case BEFORE:
        return byte === 0x30 ? ZERO : WHOLE;
      case POINT:
        return FRACTION;
      case E:
      case SIGN:
        return EXPONENT;
      default:
        return state;
    }
  }
  if (byte === 0x2e) return state === ZERO || state === WHOLE ? POINT : REFUSED;
  if (byte === 0x65 || byte === 0x45) return state <= FRACTION ? E : REFUSED;
  if (byte === 0x2d && state === BEFORE) return MINUS;
  return state === E && (byte === 0x2b || byte === 0x2d) ? SIGN : REFUSED;
}

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

/** `afterByte` of each state and byte, at 256 times the state and the byte. */
const table = Uint8Array.from({ length: 256 * (BEFORE + 1) }, (_, at) => afterByte(at >> 8, at & 0xff));

/**
 * A number, or what the next piece has of it.
 *
 * @param state where in the number the first of the bytes stands
 * @returns the index after it; where it is none, the complement of `REFUSED`, and where the bytes end first, that of the
 *   state at their end: it is below zero
 */
export function afterNumber(bytes: Uint8Array, from: number, state = BEFORE): number {
  const { length } = bytes;
  let now = state;
  let at = from;
  while (at < length) {
    const next = table[(now << 8) | (bytes[at] as number)] as number;
    if (next === REFUSED) return now <= EXPONENT ? at : ~REFUSED;
    at++;
    // Digits after a digit change nothing, unless it is a zero in front.
    if (next === now) while (at < length && isDigit(bytes[at] as number)) at++;
    now = next;
  }
  return ~now;
}
