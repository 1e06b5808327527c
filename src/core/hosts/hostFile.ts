import {
  applyEdits,
  type Edit,
  type FormattingOptions,
  getNodeValue,
  modify,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
  stripComments,
} from "jsonc-parser";
import { GatewayFailure } from "../failure.ts";
import { type HostEntry, ownerOf } from "./hostEntry.ts";

/** One server of a file, whoever put it there. */
export interface ServerEntry {
  readonly key: string;
  readonly value: unknown;
  /** The connection it belongs to, when it is ours. */
  readonly connectionId?: string;
}

/**
 * Reads an mcp.json: JSON with comments, as every host takes it.
 *
 * @param text undefined where there is no file
 * @throws GatewayFailure `host_file_invalid` for what cannot be changed without harm: a file that does not parse, a key
 *   that stands twice, servers that are no object
 */
export function readHostFile(text: string | undefined, rootKey: string, path: string): readonly ServerEntry[] {
  const { servers } = parse(text, rootKey, path);
  return properties(servers).map(({ key, value }) => {
    const read: unknown = getNodeValue(value);
    const owner = ownerOf(read);
    return { key, value: read, ...(owner && { connectionId: owner.connectionId }) };
  });
}

/**
 * The text with our entry in it. An entry that is there keeps whatever else it holds, such as what the person switched
 * off, and every other byte of the file stays.
 *
 * @throws GatewayFailure `host_file_invalid`
 */
export function withEntry(
  text: string | undefined,
  rootKey: string,
  key: string,
  entry: HostEntry,
  path: string,
): string {
  if (text === undefined || text.trim() === "" || text === "\ufeff") {
    return `${JSON.stringify({ [rootKey]: { [key]: entry } }, null, 2)}\n`;
  }
  const { servers } = parse(text, rootKey, path);
  const known = properties(servers).find((property) => property.key === key);
  const changes: [readonly (string | number)[], unknown][] = known
    ? Object.entries(entry)
        .filter(([field, value]) => !same(fieldOf(known.value, field), value))
        .map(([field, value]) => [[rootKey, key, field], value])
    : [[[rootKey, key], entry]];
  const changed = edited(text, changes);
  return checked(text, changed, rootKey, key, path);
}

/** The text without the entry of this key; the same text where there is none. */
export function withoutEntry(text: string | undefined, rootKey: string, key: string, path: string): string | undefined {
  if (text === undefined) return undefined;
  const { bom, body, servers } = parse(text, rootKey, path);
  const all = properties(servers);
  const at = all.findIndex((property) => property.key === key);
  if (at < 0 || !servers) return text;
  const changed = bom + cut(body, servers, all, at);
  return checked(text, changed, rootKey, key, path);
}

/** The text with our entry switched off, or on again. */
export function withDisabled(text: string, rootKey: string, key: string, disabled: boolean, path: string): string {
  const known = readHostFile(text, rootKey, path).find((entry) => entry.key === key);
  const now = (known?.value as { disabled?: unknown } | undefined)?.disabled === true;
  if (!known || now === disabled) return text;
  return checked(text, edited(text, [[[rootKey, key, "disabled"], disabled]]), rootKey, key, path);
}

interface Property {
  readonly key: string;
  readonly node: Node;
  readonly value: Node;
}

interface Parsed {
  readonly bom: string;
  readonly body: string;
  readonly servers: Node | undefined;
}

function parse(text: string | undefined, rootKey: string, path: string): Parsed {
  const bom = text?.startsWith("\ufeff") ? "\ufeff" : "";
  const body = text?.slice(bom.length) ?? "";
  if (body.trim() === "") return { bom, body, servers: undefined };
  const invalid = (offset: number, problem: string) => {
    const before = body.slice(0, offset).split(/\r\n|\r|\n/);
    const column = (before.at(-1)?.length ?? 0) + 1;
    return new GatewayFailure("host_file_invalid", { path, line: before.length, column, problem });
  };
  const errors: ParseError[] = [];
  const root = parseTree(body, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first) throw invalid(first.offset, words(printParseErrorCode(first.error)));
  if (root?.type !== "object") throw invalid(root?.offset ?? 0, "the file is not a JSON object");
  const twice = duplicate(root);
  if (twice) throw invalid(twice.offset, `the key ${JSON.stringify(twice.value)} stands twice`);
  const servers = properties(root).find(({ key }) => key === rootKey)?.value;
  if (servers && servers.type !== "object") throw invalid(servers.offset, `"${rootKey}" is not an object`);
  return { bom, body, servers };
}

/** "PropertyNameExpected" → "property name expected". */
const words = (name: string): string => name.replace(/(?<=[a-z])[A-Z]/g, " $&").toLowerCase();

/** Editors and parsers do not agree on which of two equal keys counts, so that no change would be safe. */
function duplicate(node: Node): Node | undefined {
  const seen = new Set<unknown>();
  for (const child of node.children ?? []) {
    if (node.type === "object") {
      const key = child.children?.[0];
      if (key && seen.has(key.value)) return key;
      seen.add(key?.value);
    }
    const found = duplicate(child);
    if (found) return found;
  }
  return undefined;
}

function properties(node: Node | undefined): readonly Property[] {
  return (node?.children ?? []).flatMap((child) => {
    const [key, value] = child.children ?? [];
    return key && value ? [{ key: String(key.value), node: child, value }] : [];
  });
}

const fieldOf = (node: Node, field: string): unknown => {
  const found = properties(node).find(({ key }) => key === field);
  return found && getNodeValue(found.value);
};

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

function edited(text: string, changes: readonly (readonly [readonly (string | number)[], unknown])[]): string {
  const bom = text.startsWith("\ufeff") ? "\ufeff" : "";
  let body = text.slice(bom.length);
  const formattingOptions = formatOf(body);
  for (const [path, value] of changes) {
    body = applyEdits(body, modify(body, [...path], value, { formattingOptions }) as Edit[]);
  }
  return bom + body;
}

/** The file's own indentation and line ends. */
function formatOf(body: string): FormattingOptions {
  const indent = /^([ \t]+)\S/m.exec(body)?.[1] ?? "  ";
  const eol = /\r\n|\n/.exec(body)?.[0] ?? "\n";
  return { insertSpaces: !indent.startsWith("\t"), tabSize: indent.startsWith("\t") ? 4 : indent.length, eol };
}

/** Cuts a property out by its own span and one comma: what the library's own removal does to comments is no good. */
function cut(body: string, servers: Node, all: readonly Property[], at: number): string {
  const { node } = all[at] as Property;
  const end = node.offset + node.length;
  const before = all[at - 1]?.node;
  const after = all[at + 1]?.node;
  const without = (from: number, to: number) => body.slice(0, from) + body.slice(to);
  if (before) {
    const beforeEnd = before.offset + before.length;
    if (!hasComment(body.slice(beforeEnd, node.offset))) return without(beforeEnd, end);
    if (after || commaAfter(body, end) !== undefined) return without(node.offset, afterComma(body, end));
    // The last one, behind a comment: the comma before that comment has to go as well.
    const comma = commaAfter(body, beforeEnd) ?? beforeEnd;
    const rest = body.slice(comma + 1, node.offset).trimEnd();
    return body.slice(0, comma) + rest + body.slice(end);
  }
  if (after) {
    return hasComment(body.slice(end, after.offset))
      ? without(node.offset, afterComma(body, end))
      : without(node.offset, after.offset);
  }
  const inner = [servers.offset + 1, servers.offset + servers.length - 1] as const;
  const onlyOurs = !hasComment(body.slice(inner[0], node.offset)) && !hasComment(body.slice(end, inner[1]));
  return onlyOurs ? without(...inner) : without(node.offset, afterComma(body, end));
}

/** With comments as spaces, so that every place stays where it is. */
const blank = (text: string): string => stripComments(text, " ");

const hasComment = (text: string): boolean => blank(text) !== text;

/** Where the comma is that follows, behind nothing but space and comments. */
function commaAfter(body: string, from: number): number | undefined {
  const gap = /^\s*,/.exec(blank(body.slice(from)))?.[0];
  return gap === undefined ? undefined : from + gap.length - 1;
}

/** The end of what belongs to a property: itself and the comma right behind it. */
function afterComma(body: string, end: number): number {
  const comma = commaAfter(body, end);
  return comma !== undefined && body.slice(end, comma).trim() === "" ? comma + 1 : end;
}

/** A change that touched anything but our entry is a fault of ours, and is not written. */
function checked(before: string, after: string, rootKey: string, key: string, path: string): string {
  const others = (text: string) => readHostFile(text, rootKey, path).filter((entry) => entry.key !== key);
  const rest = (text: string) => {
    const { [rootKey]: _, ...more } = getNodeValue(parseTree(text.replace(/^\ufeff/, "")) as Node) as Record<
      string,
      unknown
    >;
    return more;
  };
  if (!same(others(before), others(after)) || !same(rest(before), rest(after))) {
    throw new GatewayFailure("unexpected", { reason: `the change of ${path} would have touched other entries` });
  }
  return after;
}
