import type { Node } from "jsonc-parser";
import { memberPath, type SchemaFault } from "./checkSchema.ts";
import { nodesOf } from "./jsonDocument.ts";

/**
 * The parts of a document that its schema found nothing wrong with: what further rules may look at, so that a file with
 * one fault is told of the others as well, and of none that only comes from another.
 */
export interface ValidParts {
  /** A text, where there is one and it is right. */
  text(path: string): string | undefined;
  /** The places of the values of a list or of the members of an object; none where there is neither. */
  below(path: string): readonly ValidPart[];
  /** Whether nothing is wrong at a place and below it. */
  isValid(path: string): boolean;
  /** A fault of the value at a place that is there. */
  fault(path: string, problem: string): SchemaFault;
  /** A fault of the name of a member that is there. */
  nameFault(path: string, problem: string): SchemaFault;
}

export interface ValidPart {
  /** A member's name, or the number of a value. */
  readonly name: string;
  readonly path: string;
}

/** @param faults what `checkSchema` found in the document, or in the part of it that is at `path` */
export function validParts(root: Node, faults: readonly SchemaFault[], path = ""): ValidParts {
  const nodes = nodesOf(root, path);
  const wrong = new Set(faults.map((fault) => fault.path));
  const isBelow = (place: string, of: string) =>
    of === "" || place === of || place.startsWith(`${of}.`) || place.startsWith(`${of}[`);
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
    isValid: (at) => ![...wrong].some((place) => isBelow(place, at)),
    fault: (at, problem) => ({ path: at, offset: nodes.get(at)?.offset ?? root.offset, problem }),
    nameFault(at, problem) {
      const [key] = nodes.get(at)?.parent?.children ?? [];
      return { path: at, offset: key?.offset ?? root.offset, problem };
    },
  };
}
