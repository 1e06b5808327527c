import { afterNumber } from "./jsonNumber.ts";
import { REFUSED } from "./jsonPart.ts";
import { afterString, QUOTE } from "./jsonString.ts";
import { afterWord, wordOf } from "./jsonWord.ts";

/** Hears where the parts of a text begin and end, counted from the first byte of the text. */
export interface JsonListener {
  /** Names and commas are told of the object at this depth alone, and values that stand in it. `begins` and `ends` set it. */
  readonly depth: number;
  begins(at: number, depth: number, isObject: boolean): void;
  /** @param to the index after the closing quote */
  named(from: number, to: number): void;
  comma(at: number): void;
  /** @param at the index after the value */
  ends(at: number, depth: number): void;
}

/** The deepest that any text is followed, whatever a caller allows. */
export const DEEPEST = 1024;

const SPACE = 0x20;
const NINE = 0x39;
const COMMA = 0x2c;
const COLON = 0x3a;
const BEGIN_OBJECT = 0x7b;
const END_OBJECT = 0x7d;
const BEGIN_ARRAY = 0x5b;
const END_ARRAY = 0x5d;

/** What may come next. From `VALUE_OR_END` on, the end of what is open may. */
const VALUE = 0;
const NAME = 1;
const AFTER_NAME = 2;
const VALUE_OR_END = 3;
const NAME_OR_END = 4;
const AFTER_VALUE = 5;
/** The last piece ended within one of these. */
const IN_STRING = 6;
const IN_NAME = 7;
const IN_NUMBER = 8;
const IN_WORD = 9;
const WRONG = 10;

/**
 * Reads a JSON text (RFC 8259) in its bytes, in pieces that may be cut anywhere, without making values of it. It takes what
 * `JSON.parse` takes, and no bytes that are no UTF-8.
 */
export class JsonText {
  readonly #listener: JsonListener;
  readonly #room: number;
  /** What ends each of the arrays and objects that are open, from the second on, and what ended those that were. */
  readonly #open: number[] = [0];
  #depth = 0;
  #expected = VALUE;
  /** Where in a string, number or word the last piece ended. */
  #inside = REFUSED;
  #word = "";
  /** Where the name that is read begins. */
  #nameAt = 0;
  /** How many bytes were read before this piece. */
  #offset = 0;
  isTooDeep = false;
  /** Whether a line ended within the text. Strings have no end of a line as it is. */
  hasLineEnd = false;

  /** @param deepest how many arrays and objects may stand in each other, `DEEPEST` at most */
  constructor(deepest: number, listener: JsonListener) {
    this.#room = Math.min(deepest, DEEPEST);
    this.#listener = listener;
  }

  /** Whether what was read is one whole value, an array or an object. */
  get isWhole(): boolean {
    return this.#expected === AFTER_VALUE && this.#depth === 0;
  }

  /** @returns `false` where no more need be read: it is no JSON, or too deep */
  read(bytes: Uint8Array): boolean {
    const from = this.#expected >= IN_STRING ? this.#afterRest(bytes) : 0;
    if (from >= 0) this.#readFrom(bytes, from);
    this.#offset += bytes.length;
    return this.#expected !== WRONG;
  }

  /** Every byte but those of strings, numbers and words passes here: what is looked at for each of them is local. */
  #readFrom(bytes: Uint8Array, from: number): void {
    const { length } = bytes;
    const open = this.#open;
    const listener = this.#listener;
    const offset = this.#offset;
    let heard = listener.depth;
    let depth = this.#depth;
    let expected = this.#expected;
    let at = from;
    // What usually comes next comes next here: a comma, a name, a colon and a value are one turn.
    while (at < length) {
      let byte = bytes[at] as number;
      if (byte <= SPACE) {
        expected = this.#afterSpace(byte, depth, expected);
        if (expected === WRONG) break;
        at++;
        continue;
      }
      if (expected === AFTER_VALUE && byte === COMMA && depth > 0) {
        if (depth === heard) listener.comma(offset + at);
        expected = open[depth] === END_OBJECT ? NAME : VALUE;
        if (++at === length) break;
        byte = bytes[at] as number;
        if (byte <= SPACE) continue;
      }
      if (byte === QUOTE && (expected === NAME || expected === NAME_OR_END)) {
        const nameAt = offset + at;
        at = afterString(bytes, at + 1);
        if (at < 0) {
          this.#nameAt = nameAt;
          expected = this.#cut(IN_NAME, at);
          break;
        }
        if (depth === heard) listener.named(nameAt, offset + at);
        expected = AFTER_NAME;
        if (at === length) break;
        byte = bytes[at] as number;
        if (byte <= SPACE) continue;
      }
      if (expected === AFTER_NAME && byte === COLON) {
        expected = VALUE;
        if (++at === length) break;
        byte = bytes[at] as number;
        if (byte <= SPACE) continue;
      }
      if (expected === VALUE || (expected === VALUE_OR_END && byte !== END_ARRAY)) {
        const isObject = byte === BEGIN_OBJECT;
        if (depth === heard) {
          listener.begins(offset + at, depth, isObject);
          heard = listener.depth;
        }
        if (isObject || byte === BEGIN_ARRAY) {
          this.isTooDeep = depth >= this.#room;
          expected = this.isTooDeep ? WRONG : isObject ? NAME_OR_END : VALUE_OR_END;
          if (expected === WRONG) break;
          open[++depth] = isObject ? END_OBJECT : END_ARRAY;
          at++;
          continue;
        }
        const kind = byte === QUOTE ? IN_STRING : byte <= NINE ? IN_NUMBER : IN_WORD;
        if (kind === IN_STRING) at = afterString(bytes, at + 1);
        else at = kind === IN_NUMBER ? afterNumber(bytes, at) : this.#afterWord(bytes, at, byte);
        if (at < 0) {
          expected = this.#cut(kind, at);
          break;
        }
      } else if (expected >= VALUE_OR_END && byte === open[depth]) {
        depth--;
        at++;
      } else {
        expected = WRONG;
        break;
      }
      // A value has ended.
      expected = AFTER_VALUE;
      if (depth <= heard) {
        listener.ends(offset + at, depth);
        heard = listener.depth;
      }
    }
    this.#depth = depth;
    this.#expected = expected;
  }

  /** @returns what is expected after a space, or after what is none */
  #afterSpace(byte: number, depth: number, expected: number): number {
    // Around the text a line may end.
    if (byte === 0x0a || byte === 0x0d) this.hasLineEnd ||= depth > 0;
    else if (byte !== SPACE && byte !== 0x09) return WRONG;
    return expected;
  }

  #afterWord(bytes: Uint8Array, from: number, first: number): number {
    this.#word = wordOf(first);
    return afterWord(bytes, from, this.#word);
  }

  /** @param at what `after…` returned in place of an index */
  #cut(kind: number, at: number): number {
    this.#inside = ~at;
    return this.#inside === REFUSED ? WRONG : kind;
  }

  /** Reads the rest of a string, number or word. */
  #afterRest(bytes: Uint8Array): number {
    const kind = this.#expected;
    const state = this.#inside;
    const at =
      kind === IN_NUMBER
        ? afterNumber(bytes, 0, state)
        : kind === IN_WORD
          ? afterWord(bytes, 0, this.#word, state)
          : afterString(bytes, 0, state);
    const { depth } = this.#listener;
    if (at < 0) {
      this.#expected = this.#cut(kind, at);
    } else if (kind === IN_NAME) {
      this.#expected = AFTER_NAME;
      if (this.#depth === depth) this.#listener.named(this.#nameAt, this.#offset + at);
    } else {
      this.#expected = AFTER_VALUE;
      if (this.#depth <= depth) this.#listener.ends(this.#offset + at, this.#depth);
    }
    return at;
  }
}
