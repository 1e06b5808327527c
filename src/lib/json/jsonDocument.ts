import { type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { memberPath, type SchemaFault } from "./checkSchema.ts";
import { depthOf } from "./depthOf.ts";

/** A fault in a document, with its position as editors show it. */
export interface DocumentFault {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly problem: string;
}

export type JsonDocument =
  | { readonly kind: "read"; readonly root: Node }
  | { readonly kind: "faulty"; readonly faults: readonly DocumentFault[] };

/** Far more than any configuration needs, and little enough for patterns and recursion not to exhaust the stack. */
const MOST_CHARACTERS = 500_000;
const MOST_LEVELS = 100;

/** Some editors begin a file with it. It is not part of the JSON (RFC 8259, 8.1), and editors do not count it. */
const BYTE_ORDER_MARK = "\uFEFF";

/** Splits a text into its byte order mark, if any, and the body in which lines and columns are counted. */
export function splitMark(text: string): readonly [mark: string, body: string] {
  return text.startsWith(BYTE_ORDER_MARK) ? [BYTE_ORDER_MARK, text.slice(1)] : ["", text];
}

/**
 * Reads JSON as people write it: with comments, trailing commas and a leading byte order mark.
 *
 * @param expected what the document should contain, for the message about an empty one
 */
export function readJson(given: string, expected: string): JsonDocument {
  const [, text] = splitMark(given);
  if (text.length > MOST_CHARACTERS) {
    const problem = `expected at most ${MOST_CHARACTERS} characters, found ${text.length}`;
    return { kind: "faulty", faults: [{ path: "", line: 1, column: 1, problem }] };
  }
  if (depthOf(text) > MOST_LEVELS) {
    const problem = `expected at most ${MOST_LEVELS} levels of brackets, found more`;
    return { kind: "faulty", faults: [{ path: "", line: 1, column: 1, problem }] };
  }
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const syntax = errors.map(({ error, offset }) => ({
    path: "",
    offset,
    problem: `this is not JSON: ${syntaxWords(error)}`,
  }));
  if (root === undefined || syntax.length > 0) {
    const empty = { path: "", offset: 0, problem: `expected ${expected}, found an empty file` };
    return { kind: "faulty", faults: located(text, root === undefined && text.trim() === "" ? [empty] : syntax) };
  }
  return { kind: "read", root };
}

/** Faults in the order of the document, with lines and columns. */
export function located(given: string, faults: readonly SchemaFault[]): readonly DocumentFault[] {
  const [, text] = splitMark(given);
  const positionOf = positionsIn(text);
  return [...faults]
    .sort((a, b) => a.offset - b.offset)
    .map(({ path, offset, problem }) => ({ path, ...positionOf(offset), problem }));
}

/** A position in a text as editors show it, both counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The line and column of an offset into `text`. A line ends where editors end it: at LF, CRLF or CR. */
export function positionsIn(text: string): (offset: number) => Position {
  const starts = [0, ...[...text.matchAll(/\r\n|\r|\n/g)].map(({ 0: end, index }) => index + end.length)];
  return (offset) => {
    let [line, after] = [0, starts.length];
    while (after - line > 1) {
      const middle = (line + after) >> 1;
      if ((starts[middle] ?? 0) <= offset) line = middle;
      else after = middle;
    }
    return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
  };
}

/**
 * Where a character of a JSON string stands in the document: an escape is one character, and takes two or six.
 *
 * @param start where the string begins, with its quotation mark
 */
export function offsetInString(text: string, start: number, char: number): number {
  let at = start + 1;
  for (let read = 0; read < char && at < text.length; read++) {
    at += text[at] !== "\\" ? 1 : text[at + 1] === "u" ? 6 : 2;
  }
  return at;
}

/** jsonc-parser's name of a fault in words: "PropertyNameExpected" is "property name expected". */
export function syntaxWords(code: number): string {
  return printParseErrorCode(code)
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
}

/** The value of a tree. `__proto__` becomes a member like any other. */
export function plain(node: Node): unknown {
  if (node.type === "array") return (node.children ?? []).map(plain);
  if (node.type !== "object") return node.value;
  const members = (node.children ?? []).map(({ children: [key, value] = [] }) => [key?.value, value && plain(value)]);
  return Object.fromEntries(members);
}

/** The nodes of a tree by their paths. Of a member that appears twice the last one counts, as in `plain`. */
export function nodesOf(root: Node, path = ""): ReadonlyMap<string, Node> {
  const nodes = new Map<string, Node>();
  const walk = (node: Node, at: string): void => {
    nodes.set(at, node);
    if (node.type === "array") for (const [index, one] of (node.children ?? []).entries()) walk(one, `${at}[${index}]`);
    if (node.type !== "object") return;
    for (const { children: [key, value] = [] } of node.children ?? []) {
      if (key && value) walk(value, memberPath(at, String(key.value)));
    }
  };
  walk(root, path);
  return nodes;
}
