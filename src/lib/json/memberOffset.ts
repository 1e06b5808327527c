import { parseTree } from "jsonc-parser";
import { depthOf } from "./depthOf.ts";

/** Deeper than anybody's settings, and little enough for recursion. */
const MOST_LEVELS = 100;

/**
 * Where the value of a member begins in JSON with comments, that of an object behind its bracket. Of a member that is there twice
 * the last one counts, as for whoever reads the document. What is wrong elsewhere in it does not matter.
 *
 * @param names of the member, and before it those of the members that it is in
 * @returns undefined where there is none
 */
export function memberOffset(text: string, names: readonly string[]): number | undefined {
  if (depthOf(text) > MOST_LEVELS) return undefined;
  let node = parseTree(text, [], { allowTrailingComma: true });
  for (const name of names) {
    const members = node?.type === "object" ? (node.children ?? []) : [];
    node = members.findLast(({ children: [key] = [] }) => key?.value === name)?.children?.[1];
  }
  return node && node.offset + (node.type === "object" ? 1 : 0);
}
