import type { Node } from "jsonc-parser";
import { memberPath, type SchemaFault } from "./checkSchema.ts";
import { nodesOf } from "./jsonDocument.ts";

/**
 * The parts of a document in which its schema found no fault. Further rules read these alone, so that a file with one
 * fault is still checked for others, and no fault is reported that only follows from another.
 */
export interface ValidParts {
  /** The string at a path, when there is one and it is valid. */
  text(path: string): string | undefined;
  /** The values of a list or the members of an object; none for anything else. */
  below(path: string): readonly ValidPart[];
  /** What is at a path, valid or not. */
  node(path: string): Node | undefined;
  /** Whether there is no fault at a path or below it. */
  isValid(path: string): boolean;
  /** A fault in the value at an existing path. */
  fault(path: string, problem: string): SchemaFault;
  /** A fault in the name of an existing member. */
  nameFault(path: string, problem: string): SchemaFault;
}

export interface ValidPart {
  /** A member's name, or a value's index. */
  readonly name: string;
  readonly path: string;
}

/** @param faults what `checkSchema` found in the document, or in its part at `path` */
export function validParts(root: Node, faults: readonly SchemaFault[], path = ""): ValidParts {
  const nodes = nodesOf(root, path);
  const wrong = new Set(faults.map((fault) => fault.path));
  const isBelow = (at: string, of: string) =>
    of === "" || at === of || at.startsWith(`${of}.`) || at.startsWith(`${of}[`);
  return {
    text(at) {
      const node = wrong.has(at) ? undefined : nodes.get(at);
      return node?.type === "string" ? String(node.value) : undefined;
    },
    below(at) {
      const { type, children = [] } = nodes.get(at) ?? {};
      if (type === "array") return children.map((_, index) => ({ name: String(index), path: `${at}[${index}]` }));
      if (type !== "object") return [];
      const names = new Set(children.map(({ children: [key] = [] }) => String(key?.value)));
      return [...names].map((name) => ({ name, path: memberPath(at, name) }));
    },
    node: (at) => nodes.get(at),
    isValid: (at) => ![...wrong].some((fault) => isBelow(fault, at)),
    fault: (at, problem) => ({ path: at, offset: nodes.get(at)?.offset ?? root.offset, problem }),
    nameFault(at, problem) {
      const [key] = nodes.get(at)?.parent?.children ?? [];
      return { path: at, offset: key?.offset ?? root.offset, problem };
    },
  };
}
