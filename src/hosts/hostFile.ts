import { getNodeValue, type Node, type ParseError, parseTree } from "jsonc-parser";
import { GatewayFailure } from "../failures/failure.ts";
import { properties, valueAt, withoutProperty, withValue } from "../lib/json/editJson.ts";
import { positionsIn, splitMark, syntaxWords } from "../lib/json/jsonDocument.ts";
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
  entry: Partial<HostEntry>,
  path: string,
): string {
  if (text === undefined || isEmpty(text)) {
    return `${JSON.stringify({ [rootKey]: { [key]: entry } }, null, 2)}\n`;
  }
  const { mark, body, servers } = parse(text, rootKey, path);
  const changed = servers ? withValue(body, [rootKey, key], entry) : withValue(body, [rootKey], { [key]: entry });
  return checked(text, mark + changed, rootKey, key, path);
}

/** The text without the entry of this key; the same text where there is none. */
export function withoutEntry(text: string | undefined, rootKey: string, key: string, path: string): string | undefined {
  if (text === undefined) return undefined;
  const { mark, body, servers } = parse(text, rootKey, path);
  if (!valueAt(servers, key) || !servers) return text;
  const changed = mark + withoutProperty(body, servers, key);
  return checked(text, changed, rootKey, key, path);
}

/** The text with our entry switched off, or on again. */
export function withDisabled(text: string, rootKey: string, key: string, disabled: boolean, path: string): string {
  const { mark, body, servers } = parse(text, rootKey, path);
  const known = valueAt(servers, key);
  const now = known && valueAt(known, "disabled");
  if (known?.type !== "object" || (now ? now.value : false) === disabled) return text;
  return checked(text, mark + withValue(body, [rootKey, key, "disabled"], disabled), rootKey, key, path);
}

interface Parsed {
  readonly mark: string;
  readonly body: string;
  readonly root: Node | undefined;
  readonly servers: Node | undefined;
}

function parse(text: string | undefined, rootKey: string, path: string): Parsed {
  const [mark, body] = splitMark(text ?? "");
  if (isEmpty(body)) return { mark, body, root: undefined, servers: undefined };
  const invalid = (offset: number, problem: string) => {
    return new GatewayFailure("host_file_invalid", { path, ...positionsIn(body)(offset), problem });
  };
  const errors: ParseError[] = [];
  const root = parseTree(body, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first) throw invalid(first.offset, syntaxWords(first.error));
  if (root?.type !== "object") throw invalid(root?.offset ?? 0, "the file is not a JSON object");
  const twice = duplicate(root);
  if (twice) throw invalid(twice.offset, `the key ${JSON.stringify(twice.value)} appears twice`);
  const servers = valueAt(root, rootKey);
  if (servers && servers.type !== "object") throw invalid(servers.offset, `"${rootKey}" is not an object`);
  return { mark, body, root, servers };
}

const isEmpty = (text: string): boolean => text.trim() === "";

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

/** A change that touched anything but our entry is a fault of ours, and is not written. */
function checked(before: string, after: string, rootKey: string, key: string, path: string): string {
  const others = (text: string) => {
    const { body, root, servers } = parse(text, rootKey, path);
    const rest = properties(root).filter((property) => property.value !== servers);
    return [...properties(servers).filter((property) => property.key !== key), ...rest].map(({ node }) =>
      body.slice(node.offset, node.offset + node.length),
    );
  };
  if (JSON.stringify(others(before)) !== JSON.stringify(others(after))) {
    throw new GatewayFailure("unexpected", { reason: `the change of ${path} would have touched other entries` });
  }
  return after;
}
