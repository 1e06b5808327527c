import { afterString, BACKSLASH, INVALID, QUOTE } from "./jsonString.ts";
import {
  afterSpace,
  afterValue,
  BEGIN_OBJECT,
  COLON,
  COMMA,
  DEEPEST,
  END_OBJECT,
  passed,
  TOO_DEEP,
} from "./jsonText.ts";

/** A part of a text, by the indices of its first byte and of the one after it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Members to look for, by names of ASCII letters. Where the value of one is an object, its own are looked for in turn. */
export interface Wanted {
  readonly [name: string]: Wanted;
}

/** Members to look for, made ready: `wantedMembers` makes it. */
export interface WantedMembers {
  /** Their paths in the order in which `Members.values` has them: `params.name`. */
  readonly paths: readonly string[];
  readonly root: readonly Node[];
}

interface Node {
  readonly at: number;
  readonly name: string;
  readonly members: readonly Node[];
  /** The index after those of its own members. */
  readonly end: number;
}

export interface Members {
  readonly kind: "members";
  /** The value of each member that was looked for, in the order of `WantedMembers.paths`. */
  readonly values: readonly (Span | undefined)[];
  /**
   * Whether one of them appears twice in its object. The last one counts, as with `JSON.parse`; whoever hands the text
   * on leaves it to the next reader which one to take, and should not.
   */
  readonly repeated: boolean;
  /** Whether the object itself has members that nobody looked for. */
  readonly others: boolean;
  /** Whether no line ends within the object. */
  readonly isOneLine: boolean;
}

/** A text that is no JSON object, or none in UTF-8, or one that is nested too deeply. */
export type NoMembers = { readonly kind: "unreadable" | "tooDeep" };

export function wantedMembers(wanted: Wanted): WantedMembers {
  const paths: string[] = [];
  const nodesOf = (members: Wanted, path: string): readonly Node[] =>
    Object.entries(members).map(([name, own]) => {
      const at = paths.push(path + name) - 1;
      const below = nodesOf(own, `${path}${name}.`);
      return { at, name, members: below, end: paths.length };
    });
  return { root: nodesOf(wanted, ""), paths };
}

/**
 * Finds members of a JSON object in its bytes, and reads all of them: what `JSON.parse` refuses has no members.
 *
 * @param deepest how many arrays and objects may stand in each other
 */
export function findMembers(bytes: Uint8Array, { root, paths }: WantedMembers, deepest: number): Members | NoMembers {
  const from = afterSpace(bytes, 0);
  if (bytes[from] !== BEGIN_OBJECT) return { kind: "unreadable" };
  const values = new Array<Span | undefined>(paths.length).fill(undefined);
  const reading = { bytes, root, values, repeated: false, others: false, room: Math.min(deepest, DEEPEST) };
  passed.lineEnd = false;
  const end = afterObject(reading, from, root);
  const isOneLine = !passed.lineEnd;
  if (end === TOO_DEEP) return { kind: "tooDeep" };
  if (end === INVALID || afterSpace(bytes, end) < bytes.length) return { kind: "unreadable" };
  return { kind: "members", values, repeated: reading.repeated, others: reading.others, isOneLine };
}

interface Reading {
  readonly bytes: Uint8Array;
  readonly root: readonly Node[];
  readonly values: (Span | undefined)[];
  repeated: boolean;
  others: boolean;
  /** How many arrays and objects may still be opened. */
  room: number;
}

/** @returns the index after the object, or what `afterValue` returns in place of one */
function afterObject(reading: Reading, from: number, wanted: readonly Node[]): number {
  const { bytes } = reading;
  if (reading.room < 1) return TOO_DEEP;
  reading.room--;
  let at = afterSpace(bytes, from + 1);
  for (let next = bytes[at]; next !== END_OBJECT; next = bytes[at]) {
    if (next !== QUOTE) return INVALID;
    const nameEnd = afterString(bytes, at);
    if (nameEnd < 0) return INVALID;
    const node = named(bytes, at, nameEnd, wanted);
    const colon = afterSpace(bytes, nameEnd);
    if (bytes[colon] !== COLON) return INVALID;
    at = afterMember(reading, afterSpace(bytes, colon + 1), node);
    if (at < 0) return at;
    reading.others ||= node === undefined && wanted === reading.root;
    at = afterSpace(bytes, at);
    if (bytes[at] === COMMA) {
      at = afterSpace(bytes, at + 1);
      if (bytes[at] !== QUOTE) return INVALID;
    } else if (bytes[at] !== END_OBJECT) return INVALID;
  }
  reading.room++;
  return at + 1;
}

/** @param node says what is wanted of the member whose value begins here, if anything is */
function afterMember(reading: Reading, start: number, node: Node | undefined): number {
  const { bytes, values, room } = reading;
  if (node === undefined) return afterValue(bytes, start, room);
  if (values[node.at] !== undefined) {
    reading.repeated = true;
    values.fill(undefined, node.at, node.end);
  }
  const inside = node.members.length > 0 && bytes[start] === BEGIN_OBJECT;
  const end = inside ? afterObject(reading, start, node.members) : afterValue(bytes, start, room);
  if (end >= 0) values[node.at] = { start, end };
  return end;
}

/**
 * @param from the index of the name's opening quote
 * @param to the index after its closing quote
 */
function named(bytes: Uint8Array, from: number, to: number, wanted: readonly Node[]): Node | undefined {
  for (const node of wanted) if (node.name.length === to - from - 2 && reads(bytes, from + 1, node.name)) return node;
  if (!hasEscape(bytes, from, to)) return undefined;
  const text: unknown = JSON.parse(utf8.decode(bytes.subarray(from, to)));
  return wanted.find(({ name }) => name === text);
}

function reads(bytes: Uint8Array, from: number, text: string): boolean {
  for (let at = 0; at < text.length; at++) if (bytes[from + at] !== text.charCodeAt(at)) return false;
  return true;
}

function hasEscape(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at] === BACKSLASH) return true;
  return false;
}

const utf8 = new TextDecoder();
