import { findNodeAtLocation, type Node, type ParseError, parseTree } from "jsonc-parser";
import { syntaxWords } from "../../lib/json/jsonDocument.ts";
import { loadYaml } from "./loadYaml.ts";

/** Where something is in a description: names of members and indices of lists, from the outside in. */
export type DescriptionPath = readonly (string | number)[];

/** A fault in the text of a description. */
export interface TextFault {
  /** Characters from the start of the text. */
  readonly at: number;
  readonly problem: string;
}

/** A description of tools as a document whose parts have places. */
export type Description =
  | {
      readonly kind: "read";
      readonly value: unknown;
      /** Where the part at a path begins, in characters from the start; that of the nearest part where it is missing. */
      offsetOf(path: DescriptionPath): number;
    }
  | { readonly kind: "faulty"; readonly faults: readonly TextFault[] };

/**
 * Reads a description in JSON or YAML. What begins as JSON is JSON, as readers of OpenAPI have it, so that a slip in it is told
 * in the words of JSON.
 *
 * @throws Error where the file that reads YAML is missing
 */
export const readDescription = (text: string): Description =>
  /^\s*[{[]/.test(text) ? readJsonDescription(text) : readYamlDescription(text);

/** Reads a description that AWS takes in JSON only: strict JSON, since the file goes to AWS as it stands. */
export function readJsonDescription(text: string): Description {
  try {
    const value: unknown = JSON.parse(text);
    let root: Node | undefined;
    const offsetOf = (path: DescriptionPath) => {
      root ??= parseTree(text);
      return jsonOffset(root, path);
    };
    return { kind: "read", value, offsetOf };
  } catch {
    const errors: ParseError[] = [];
    parseTree(text, errors, { disallowComments: true });
    const faults = errors.map(({ error, offset }) => ({
      at: offset,
      problem: `this is not JSON: ${syntaxWords(error)}`,
    }));
    return { kind: "faulty", faults: faults.length > 0 ? faults : [{ at: 0, problem: "this is not JSON" }] };
  }
}

function jsonOffset(root: Node | undefined, path: DescriptionPath): number {
  for (let length = path.length; root && length > 0; length--) {
    const node = findNodeAtLocation(root, path.slice(0, length));
    // A member is found by its name.
    if (node) return node.parent?.type === "property" ? node.parent.offset : node.offset;
  }
  return root?.offset ?? 0;
}

/** Ends what grows without limit by references to itself, which a few lines of YAML can do. */
const MOST_ALIASES = 100;

function readYamlDescription(text: string): Description {
  const { isPair, isMap, isSeq, isScalar, parseDocument, visit } = loadYaml();
  const document = parseDocument(text, { merge: true, prettyErrors: false, logLevel: "error" });
  const found = [...document.errors, ...document.warnings].map(({ pos, message }) => ({ at: pos[0], message }));
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document)) return;
      found.push({ at: alias.range?.[0] ?? 0, message: `no anchor &${alias.source} stands before` });
    },
  });
  if (found.length > 0) {
    return { kind: "faulty", faults: found.map(({ at, message }) => ({ at, problem: notYaml(message) })) };
  }
  try {
    const value: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
    return { kind: "read", value: JSON.parse(JSON.stringify(value ?? null)), offsetOf };
  } catch (error) {
    const circular = error instanceof TypeError || error instanceof RangeError;
    const why = circular ? "an anchor stands within itself, or too deep" : (error as Error).message;
    return { kind: "faulty", faults: [{ at: 0, problem: notYaml(why) }] };
  }

  function offsetOf(path: DescriptionPath): number {
    let node: unknown = document.contents;
    let at = document.contents?.range?.[0] ?? 0;
    for (const part of path) {
      if (isMap(node)) {
        const pair = node.items.find(
          (one) => isPair(one) && isScalar(one.key) && String(one.key.value) === String(part),
        );
        if (!isScalar(pair?.key)) return at;
        at = pair.key.range?.[0] ?? at;
        node = pair.value;
      } else if (isSeq(node)) {
        node = node.items[Number(part)];
        at = (node as { readonly range?: readonly number[] } | undefined)?.range?.[0] ?? at;
      } else return at;
    }
    return at;
  }
}

const notYaml = (message: string): string => {
  // The library's own advice to programmers comes after a semicolon.
  const [words = ""] = message.split("; please");
  return `this is not YAML: ${words.charAt(0).toLowerCase()}${words.slice(1)}`;
};
