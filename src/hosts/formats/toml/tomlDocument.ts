import { type AST, ParseError, parseTOML } from "toml-eslint-parser";
import { GatewayFailure } from "../../../failures/failure.ts";
import { depthOf } from "../../../lib/json/depthOf.ts";
import { positionsIn, splitMark } from "../../../lib/json/jsonDocument.ts";
import { isJsonObject } from "../../../lib/json/jsonObject.ts";
import { MAX_DEPTH } from "../../../lib/limits.ts";

/** Where something stands in a text: the offset it begins at, and the one behind it. */
export type Span = readonly [from: number, to: number];

/** Keys from the root of a document, and numbers where there is an array of tables. */
export type TomlPath = readonly (string | number)[];

/** One `key = value`, wherever it stands: in a table, at the top, or in a table that is written in one line. */
export interface Assignment {
  readonly path: TomlPath;
  readonly node: AST.TOMLKeyValue;
  /** The path of the table that its own keys begin in. */
  readonly base: TomlPath;
  /** Whether that table is written in one line, as the value of another one. */
  readonly isInline: boolean;
}

/** A `[table]` with what is in it. */
export interface TomlTable {
  readonly path: TomlPath;
  readonly node: AST.TOMLTable;
}

/** A TOML document with the place of everything in it. */
export interface TomlDocument {
  /** The mark of byte order, if any. */
  readonly mark: string;
  readonly body: string;
  readonly assignments: readonly Assignment[];
  readonly tables: readonly TomlTable[];
  /** A failure at a place of the document. */
  invalid(offset: number, problem: string): GatewayFailure<"host_file_invalid">;
}

/**
 * Reads TOML, 1.1 as well as 1.0: Codex takes both.
 *
 * @throws GatewayFailure `host_file_invalid` for what is no TOML, a key that is set twice among it
 */
export function parseToml(text: string, path: string): TomlDocument {
  const [mark, body] = splitMark(text);
  const invalid = (offset: number, problem: string) =>
    new GatewayFailure("host_file_invalid", { path, ...positionsIn(body)(offset), problem });
  if (depthOf(body) > MAX_DEPTH) throw invalid(0, `it has more than ${MAX_DEPTH} levels of brackets`);
  const root = parsed(body, invalid).body[0];
  const tables: TomlTable[] = [];
  const assignments: Assignment[] = [];
  const collect = (node: AST.TOMLKeyValue, base: TomlPath): void => {
    const path = [...base, ...keysOf(node.key)];
    assignments.push({ path, node, base, isInline: node.parent.type === "TOMLInlineTable" });
    if (node.value.type === "TOMLInlineTable") for (const member of node.value.body) collect(member, path);
  };
  for (const node of root.body) {
    if (node.type === "TOMLKeyValue") collect(node, []);
    else {
      tables.push({ path: node.resolvedKey, node });
      for (const member of node.body) collect(member, node.resolvedKey);
    }
  }
  return { mark, body, tables, assignments, invalid };
}

function parsed(body: string, invalid: TomlDocument["invalid"]): AST.TOMLProgram {
  try {
    return parseTOML(body, { tomlVersion: "1.1" });
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw invalid(error.index, error.message.charAt(0).toLowerCase() + error.message.slice(1));
  }
}

const keysOf = ({ keys }: AST.TOMLKey): readonly string[] =>
  keys.map((key) => (key.type === "TOMLBare" ? key.name : key.value));

/** Whether a path is another one or below it. */
export const isWithin = (path: TomlPath, outer: TomlPath): boolean => outer.every((key, at) => path[at] === key);

export const isSame = (one: TomlPath, other: TomlPath): boolean => one.length === other.length && isWithin(one, other);

/** The value of a node; dates are the text that stands there. */
export function valueOfNode(node: AST.TOMLContentNode): unknown {
  switch (node.type) {
    case "TOMLArray":
      return node.elements.map(valueOfNode);
    case "TOMLInlineTable":
      return nested(node.body.map(({ key, value }) => [keysOf(key), valueOfNode(value)]));
    case "TOMLValue":
      if (node.kind === "integer") return node.bigint;
      return "datetime" in node ? node.datetime : node.value;
  }
}

/** What the document has at a path and below; undefined where there is nothing. */
export function valueAt({ assignments, tables }: TomlDocument, outer: TomlPath): unknown {
  const exact = assignments.find(({ path }) => isSame(path, outer));
  if (exact) return valueOfNode(exact.node.value);
  const empty = tables.filter(({ path }) => isWithin(path, outer)).map(({ path }) => [path, {}] as const);
  const set = assignments
    .filter(({ path, isInline }) => isWithin(path, outer) && !isInline)
    .map(({ path, node }) => [path, valueOfNode(node.value)] as const);
  if (empty.length + set.length === 0) return undefined;
  return nested([...empty, ...set].map(([path, value]) => [path.slice(outer.length), value]));
}

/** A text that two values have in common only where they are the same. */
export const comparable = (value: unknown): string =>
  JSON.stringify(value, (_, one) =>
    typeof one === "bigint" || (typeof one === "number" && !Number.isFinite(one)) ? `${one}` : one,
  );

/** An object of values by their paths. A table of no members does not take away what stands below it elsewhere. */
function nested(entries: readonly (readonly [TomlPath, unknown])[]): unknown {
  type Level = Map<string | number, unknown>;
  const root: Level = new Map();
  const levelOf = (path: TomlPath): Level =>
    path.reduce<Level>((level, step) => {
      const known = level.get(step);
      const next: Level = known instanceof Map ? known : new Map();
      level.set(step, next);
      return next;
    }, root);
  for (const [path, value] of entries) {
    const last = path.at(-1);
    if (last === undefined || (isJsonObject(value) && Object.keys(value).length === 0)) levelOf(path);
    else levelOf(path.slice(0, -1)).set(last, value);
  }
  // `__proto__` becomes a member like any other.
  const plain = (level: Level): unknown =>
    Object.fromEntries([...level].map(([key, value]) => [key, value instanceof Map ? plain(value) : value]));
  return plain(root);
}
