import { createScanner, getNodeValue, type Node } from "jsonc-parser";
import { isJsonObject, type JsonObject } from "./jsonObject.ts";

// Edits of a JSON text by its tree, which was read once. Each costs time in proportion to the text, whatever is in it.

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

/** What takes the place of a part of a text. */
interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * Sets members of an object in a text. Of members that are objects themselves only what differs is replaced, so that
 * members that people added stay.
 *
 * @param object its node in the tree of `body`
 */
export function withMembers(body: string, object: Node, members: JsonObject): string {
  const edits = [...memberEdits(body, object, members)].sort((one, other) => other.from - one.from);
  return edits.reduce((text, { from, to, text: instead }) => text.slice(0, from) + instead + text.slice(to), body);
}

function memberEdits(body: string, object: Node, members: JsonObject): readonly Edit[] {
  const known = new Map(properties(object).map(({ key, value }) => [key, value]));
  const fresh: [string, unknown][] = [];
  const edits: Edit[] = [];
  for (const [key, value] of Object.entries(members)) {
    const node = known.get(key);
    if (!node) fresh.push([key, value]);
    else if (node.type === "object" && isJsonObject(value)) edits.push(...memberEdits(body, node, value));
    else if (!same(getNodeValue(node), value)) {
      edits.push({ from: node.offset, to: node.offset + node.length, text: insteadOf(body, node, value) });
    }
  }
  return fresh.length > 0 ? [...edits, insertion(body, object, fresh)] : edits;
}

/** A value over as many lines as what it takes the place of. */
function insteadOf(body: string, { offset, length }: Node, value: unknown): string {
  if (!/[\r\n]/.test(body.slice(offset, offset + length))) return JSON.stringify(value);
  const { unit, eol } = formatOf(body);
  return JSON.stringify(value, null, unit).replaceAll("\n", eol + indentAt(body, offset));
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Inserts properties after the last one and the comments that belong to it. */
function insertion(body: string, object: Node, fresh: readonly (readonly [string, unknown])[]): Edit {
  const close = object.offset + object.length - 1;
  const last = properties(object).at(-1)?.node;
  const from = last ? last.offset + last.length : object.offset + 1;
  const hasComma = last !== undefined && commaAfter(body, from) !== undefined;
  const contentEnd = body.slice(0, close).trimEnd().length;
  const before = (last && !hasComma ? "," : "") + body.slice(from, contentEnd);
  const behind = hasComma ? "," : "";
  // Where an object ends in the line of its last property, so it does with a new one.
  if (!/[\r\n]/.test(last ? body.slice(contentEnd, close) : body.trim())) {
    const texts = fresh.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
    return { from, to: contentEnd, text: before + texts.join(",") + behind };
  }
  const { unit, eol } = formatOf(body);
  const outer = indentAt(body, object.offset);
  const inner = last && startsLine(body, last.offset) ? indentAt(body, last.offset) : outer + unit;
  const texts = fresh.map(([key, value]) => {
    const text = JSON.stringify(value, null, unit).replaceAll("\n", eol + inner);
    return `${eol}${inner}${JSON.stringify(key)}: ${text}`;
  });
  const text = before + texts.join(",") + behind;
  const endsLine = /[^\S\r\n]*[\r\n]/y;
  endsLine.lastIndex = contentEnd;
  return endsLine.test(body) ? { from, to: contentEnd, text } : { from, to: close, text: text + eol + outer };
}

/** The indentation and line ends that the file already uses. */
function formatOf(body: string): { readonly unit: string; readonly eol: string } {
  return { unit: /^([ \t]+)[^\s/*]/m.exec(body)?.[1] ?? "  ", eol: eolOf(body) };
}

/** The end of line that a text uses. */
export const eolOf = (body: string): string => /\r\n|\r|\n/.exec(body)?.[0] ?? "\n";

/** The part of a line that is before an offset. */
function lineBefore(body: string, offset: number): string {
  const before = body.slice(0, offset);
  return before.slice(Math.max(before.lastIndexOf("\n"), before.lastIndexOf("\r")) + 1);
}

export const indentAt = (body: string, offset: number): string => /^[ \t]*/.exec(lineBefore(body, offset))?.[0] ?? "";

export const startsLine = (body: string, offset: number): boolean => lineBefore(body, offset).trim() === "";

/** Removes a property of an object, with one comma and the space before it. Every comment stays. */
export function withoutProperty(body: string, object: Node, key: string): string {
  const all = properties(object);
  const at = all.findIndex((property) => property.key === key);
  const node = all[at]?.node;
  if (!node) return body;
  const before = all[at - 1]?.node;
  const beforeEnd = before ? before.offset + before.length : object.offset + 1;
  const end = node.offset + node.length;
  const behind = commaAfter(body, end);
  const comma = behind ?? (before && commaAfter(body, beforeEnd));
  const spaceStart = body.slice(0, node.offset).trimEnd().length;
  // A line comment before the property must not swallow what follows it.
  const endsLine = /[^\S\r\n]*[\r\n]/y;
  endsLine.lastIndex = behind === end ? end + 1 : end;
  const start = endsLine.test(body) || !endsInComment(body, beforeEnd, spaceStart) ? spaceStart : node.offset;
  const spans = [[start, end], ...(comma === undefined ? [] : [[comma, comma + 1]])] as [number, number][];
  spans.sort(([one], [other]) => other - one);
  const without = spans.reduce((text, [from, to]) => text.slice(0, from) + text.slice(to), body);
  const removed = body.length - without.length;
  const inner = [object.offset + 1, object.offset + object.length - 1 - removed] as const;
  return without.slice(...inner).trim() === "" ? without.slice(0, inner[0]) + without.slice(inner[1]) : without;
}

/** The offset of the comma that follows after white space and comments alone. */
export function commaAfter(body: string, from: number): number | undefined {
  const scanner = createScanner(body, true);
  scanner.setPosition(from);
  scanner.scan();
  const offset = scanner.getTokenOffset();
  return body[offset] === "," ? offset : undefined;
}

/** Whether a comment is the last thing between two tokens. */
function endsInComment(body: string, from: number, to: number): boolean {
  const scanner = createScanner(body);
  scanner.setPosition(from);
  let last = from;
  while (scanner.getPosition() < to) {
    scanner.scan();
    last = scanner.getTokenOffset();
  }
  return body[last] === "/";
}
