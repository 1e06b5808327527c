import type { Node } from "jsonc-parser";
import { commaAfter, eolOf, indentAt, startsLine } from "./editJson.ts";

/**
 * Puts a text at the end of an array, on a line of its own where the last element has one.
 *
 * @param array its node in the tree of `body`
 */
export function withElement(body: string, array: Node, element: string): string {
  const last = array.children?.at(-1);
  const text = JSON.stringify(element);
  if (!last) return spliced(body, array.offset + 1, array.offset + 1, text);
  const end = last.offset + last.length;
  const space = startsLine(body, last.offset) ? eolOf(body) + indentAt(body, last.offset) : " ";
  return spliced(body, end, end, `,${space}${text}`);
}

/** Takes a text out of an array, with one comma and the space between. Every comment stays. */
export function withoutElement(body: string, array: Node, element: string): string {
  const all = array.children ?? [];
  const at = all.findIndex(({ value }) => value === element);
  const node = all[at];
  if (!node) return body;
  const end = node.offset + node.length;
  const before = all[at - 1];
  if (!before) {
    const comma = commaAfter(body, end);
    const rest = comma === undefined ? body : spliced(body, comma, comma + 1, "");
    return spliced(rest, node.offset, end, "");
  }
  const comma = commaAfter(body, before.offset + before.length) ?? node.offset;
  const space = comma + 1 + (/^\s*/.exec(body.slice(comma + 1))?.[0].length ?? 0);
  // What else stands between them is a comment, which has to end where it did.
  const rest = spliced(body, space === node.offset ? comma : node.offset, end, "");
  return space === node.offset ? rest : spliced(rest, comma, comma + 1, "");
}

const spliced = (text: string, from: number, to: number, instead: string): string =>
  text.slice(0, from) + instead + text.slice(to);
