import { inOne, type Pieces, slice } from "../../lib/pieces.ts";
import { JsonText } from "./jsonText.ts";

/** A part of a text, by the indices of its first byte and of the one after it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The value of a member, and where its name is. */
export interface MemberSpan extends Span {
  /** The index of the name's opening quote. */
  readonly name: number;
  /** The index of the comma in front; `undefined` for the first member of its object. */
  readonly comma: number | undefined;
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
  readonly values: readonly (MemberSpan | undefined)[];
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
export function findMembers(pieces: Pieces, wanted: WantedMembers, deepest: number): Members | NoMembers {
  const finding = new Finding(pieces, wanted);
  const text = new JsonText(deepest, finding);
  for (const piece of pieces) {
    finding.piece = piece;
    if (!text.read(piece)) break;
    finding.offset += piece.length;
  }
  if (text.isTooDeep) return { kind: "tooDeep" };
  if (!text.isWhole || !finding.isObject) return { kind: "unreadable" };
  const { values, repeated, others } = finding;
  return { kind: "members", values, repeated, others, isOneLine: !text.hasLineEnd };
}

/** An object of whose members some are looked for, while it is read. */
class Level {
  readonly nodes: readonly Node[];
  readonly depth: number;
  /** That of the object that this one is in. */
  readonly around: Level | undefined;
  /** The last comma between its members. */
  comma: number | undefined = undefined;
  /** Where the name of the member that is read begins, and what is wanted of it. */
  name = 0;
  node: Node | undefined = undefined;
  start = 0;

  constructor(nodes: readonly Node[], around: Level | undefined, depth: number) {
    this.nodes = nodes;
    this.depth = depth;
    this.around = around;
  }
}

/** Hears where the parts of a text are. */
class Finding {
  readonly #pieces: Pieces;
  readonly #root: readonly Node[];
  #level: Level | undefined;
  readonly values: (MemberSpan | undefined)[];
  repeated = false;
  others = false;
  isObject = false;
  /** How deep the innermost object is of which something is looked for: what is deeper need not be heard. */
  depth = 0;
  /** The piece that is read, and how many bytes came before it. */
  piece: Uint8Array = none;
  offset = 0;

  constructor(pieces: Pieces, { root, paths }: WantedMembers) {
    this.#pieces = pieces;
    this.#root = root;
    this.values = new Array<MemberSpan | undefined>(paths.length).fill(undefined);
  }

  /** @param depth how many arrays and objects are open around the value */
  begins(at: number, depth: number, isObject: boolean): void {
    const around = this.#level;
    if (around === undefined) {
      this.isObject = isObject;
      if (isObject) this.#enter(new Level(this.#root, undefined, 1));
      return;
    }
    around.start = at;
    if (!isObject || around.node === undefined || around.node.members.length === 0) return;
    this.#enter(new Level(around.node.members, around, depth + 1));
  }

  named(from: number, to: number): void {
    const around = this.#level as Level;
    around.name = from;
    const node = this.#nodeOf(from, to, around.nodes);
    around.node = node;
    if (node === undefined) {
      this.others ||= around.depth === 1;
    } else if (this.values[node.at] !== undefined) {
      this.repeated = true;
      this.values.fill(undefined, node.at, node.end);
    }
  }

  comma(at: number): void {
    (this.#level as Level).comma = at;
  }

  /** @param depth how many arrays and objects are open around the value that ended */
  ends(at: number, depth: number): void {
    if (this.#level?.depth === depth + 1) {
      this.#level = this.#level.around;
      this.depth = this.#level?.depth ?? 0;
    }
    const around = this.#level;
    if (around?.depth !== depth || around.node === undefined) return;
    const { start, name, comma, node } = around;
    this.values[node.at] = { start, end: at, name, comma };
  }

  #enter(inner: Level): void {
    this.#level = inner;
    this.depth = inner.depth;
  }

  #nodeOf(from: number, to: number, wanted: readonly Node[]): Node | undefined {
    const isInPiece = from >= this.offset;
    const length = to - from;
    if (length > LONGEST_NAME) return undefined;
    const bytes = isInPiece ? this.piece : inOne(slice(this.#pieces, from, to));
    const start = isInPiece ? from - this.offset : 0;
    for (const node of wanted) if (node.name.length === length - 2 && reads(bytes, start + 1, node.name)) return node;
    const name = bytes.subarray(start, start + length);
    if (!name.includes(BACKSLASH)) return undefined;
    const text: unknown = JSON.parse(utf8.decode(name));
    return wanted.find((node) => node.name === text);
  }
}

/** The longest name that anybody looks for, in bytes: 36 characters, each of which an escape writes with six, in quotes. */
const LONGEST_NAME = 6 * 36 + 2;
const BACKSLASH = 0x5c;
const none = new Uint8Array();

function reads(bytes: Uint8Array, from: number, text: string): boolean {
  for (let at = 0; at < text.length; at++) if (bytes[from + at] !== text.charCodeAt(at)) return false;
  return true;
}

const utf8 = new TextDecoder();
