import { getNodeValue, type Node, parseTree, visit } from "jsonc-parser";

/** A property of an object in a JSON text, with its nodes. */
export interface Property {
  readonly key: string;
  readonly node: Node;
  readonly value: Node;
}

export function properties(node: Node | undefined): readonly Property[] {
  return (node?.children ?? []).flatMap((child) => {
    const [key, value] = child.children ?? [];
    return key && value ? [{ key: String(key.value), node: child, value }] : [];
  });
}

export const valueAt = (object: Node | undefined, key: string): Node | undefined =>
  properties(object).find((property) => property.key === key)?.value;

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/**
 * Sets the value at a path. In an object only the members that differ are replaced, so members that people added stay.
 */
export function withValue(body: string, path: readonly string[], value: unknown): string {
  let object = parseTree(body) as Node;
  for (const step of path.slice(0, -1)) object = valueAt(object, step) as Node;
  const key = path.at(-1) as string;
  const known = valueAt(object, key);
  if (!known) return inserted(body, object, { key, value });
  if (known.type === "object" && typeof value === "object" && value !== null && !Array.isArray(value)) {
    return Object.entries(value).reduce((text, [field, one]) => withValue(text, [...path, field], one), body);
  }
  if (same(getNodeValue(known), value)) return body;
  return body.slice(0, known.offset) + JSON.stringify(value) + body.slice(known.offset + known.length);
}

/** Inserts a property after the last one and the comments that belong to it. */
function inserted(
  body: string,
  object: Node,
  { key, value }: { readonly key: string; readonly value: unknown },
): string {
  const close = object.offset + object.length - 1;
  const last = properties(object).at(-1)?.node;
  const lastEnd = last ? last.offset + last.length : object.offset + 1;
  const comma = last ? commaAfter(withoutComments(body), lastEnd) : undefined;
  const contentEnd = body.slice(0, close).trimEnd().length;
  const before = body.slice(0, lastEnd) + (last && comma === undefined ? "," : "") + body.slice(lastEnd, contentEnd);
  const behind = comma === undefined ? "" : ",";
  if (!/[\r\n]/.test(body.trim()))
    return `${before}${JSON.stringify(key)}:${JSON.stringify(value)}${behind}${body.slice(contentEnd)}`;
  const { unit, eol } = formatOf(body);
  const outer = indentAt(body, object.offset);
  const inner = last && startsLine(body, last.offset) ? indentAt(body, last.offset) : outer + unit;
  const text = JSON.stringify(value, null, unit).replaceAll("\n", eol + inner);
  const tail = /^[^\S\r\n]*[\r\n]/.test(body.slice(contentEnd))
    ? body.slice(contentEnd)
    : eol + outer + body.slice(close);
  return `${before}${eol}${inner}${JSON.stringify(key)}: ${text}${behind}${tail}`;
}

/** The indentation and line ends that the file already uses. */
function formatOf(body: string): { readonly unit: string; readonly eol: string } {
  return {
    unit: /^([ \t]+)[^\s/*]/m.exec(body)?.[1] ?? "  ",
    eol: /\r\n|\r|\n/.exec(body)?.[0] ?? "\n",
  };
}

const lineBefore = (body: string, offset: number): string => /[^\r\n]*$/.exec(body.slice(0, offset))?.[0] ?? "";

const indentAt = (body: string, offset: number): string => /^[ \t]*/.exec(lineBefore(body, offset))?.[0] ?? "";

const startsLine = (body: string, offset: number): boolean => lineBefore(body, offset).trim() === "";

/** Removes a property of an object, with one comma and the space before it. Every comment stays. */
export function withoutProperty(body: string, object: Node, key: string): string {
  const all = properties(object);
  const at = all.findIndex((property) => property.key === key);
  const node = all[at]?.node;
  if (!node) return body;
  const before = all[at - 1]?.node;
  const end = node.offset + node.length;
  const blank = withoutComments(body);
  const behind = commaAfter(blank, end);
  const comma = behind ?? (before && commaAfter(blank, before.offset + before.length));
  const spaceStart = body.slice(0, node.offset).trimEnd().length;
  // A line comment before the property must not swallow what follows it.
  const endsLine = /^[^\S\r\n]*[\r\n]/.test(body.slice(behind === end ? end + 1 : end));
  const start = endsLine || blank.slice(0, spaceStart).trimEnd().length === spaceStart ? spaceStart : node.offset;
  const spans = [[start, end], ...(comma === undefined ? [] : [[comma, comma + 1]])] as [number, number][];
  spans.sort(([one], [other]) => other - one);
  const without = spans.reduce((text, [from, to]) => text.slice(0, from) + text.slice(to), body);
  const removed = body.length - without.length;
  const inner = [object.offset + 1, object.offset + object.length - 1 - removed] as const;
  return without.slice(...inner).trim() === "" ? without.slice(0, inner[0]) + without.slice(inner[1]) : without;
}

/** The file with its comments replaced by spaces, so that every offset stays the same. */
function withoutComments(body: string): string {
  let blank = body;
  const onComment = (offset: number, length: number) => {
    blank = blank.slice(0, offset) + " ".repeat(length) + blank.slice(offset + length);
  };
  visit(body, { onComment }, { allowTrailingComma: true });
  return blank;
}

/** The offset of the comma that follows after white space alone. */
function commaAfter(blank: string, from: number): number | undefined {
  const gap = /^\s*,/.exec(blank.slice(from))?.[0];
  return gap === undefined ? undefined : from + gap.length - 1;
}
