import { getNodeValue, type Node, type ParseError, parseTree } from "jsonc-parser";
import { GatewayFailure } from "../../failures/failure.ts";
import { properties, valueAt, withoutProperty, withValue } from "../../lib/json/editJson.ts";
import { positionsIn, splitMark, syntaxWords } from "../../lib/json/jsonDocument.ts";
import { type HostEntry, ownerOf } from "../hostEntry.ts";

/** One server in a host's file, ours or another. */
export interface ServerEntry {
  readonly key: string;
  readonly value: unknown;
  /** The connection that our entry belongs to; absent for other servers. */
  readonly connectionId?: string;
}

/** Where an entry is: the file, the key of the object that holds the servers, and the entry's own key in it. */
export interface EntryLocation {
  readonly path: string;
  readonly rootKey: string;
  readonly key: string;
}

/**
 * Reads the servers of an mcp.json: JSON with comments, as every host accepts it.
 *
 * @param text undefined when there is no file
 * @throws GatewayFailure `host_file_invalid` for a file that cannot be changed safely: it does not parse, a key appears
 *   twice, or the servers are not an object
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
 * The text with our entry in it. An existing entry keeps its other members, such as the tools that the person switched
 * off, and every other byte of the file stays.
 *
 * @throws GatewayFailure `host_file_invalid`
 */
export function withEntry(text: string | undefined, at: EntryLocation, entry: Partial<HostEntry>): string {
  const { path, rootKey, key } = at;
  if (text === undefined || isEmpty(text)) {
    return `${JSON.stringify({ [rootKey]: { [key]: entry } }, null, 2)}\n`;
  }
  const { mark, body, servers } = parse(text, rootKey, path);
  const changed = servers ? withValue(body, [rootKey, key], entry) : withValue(body, [rootKey], { [key]: entry });
  return checked(text, mark + changed, at);
}

/** The text without the entry under this key; the same text when there is no such entry. */
export function withoutEntry(text: string | undefined, at: EntryLocation): string | undefined {
  const { path, rootKey, key } = at;
  if (text === undefined) return undefined;
  const { mark, body, servers } = parse(text, rootKey, path);
  if (!valueAt(servers, key) || !servers) return text;
  const changed = mark + withoutProperty(body, servers, key);
  return checked(text, changed, at);
}

/** The text with our entry switched off or on. */
export function withDisabled(text: string, at: EntryLocation, disabled: boolean): string {
  const { path, rootKey, key } = at;
  const { mark, body, servers } = parse(text, rootKey, path);
  const known = valueAt(servers, key);
  const now = known && valueAt(known, "disabled");
  if (known?.type !== "object" || (now ? now.value : false) === disabled) return text;
  return checked(text, mark + withValue(body, [rootKey, key, "disabled"], disabled), at);
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
  const repeated = repeatedKey(root);
  if (repeated) throw invalid(repeated.offset, `the key ${JSON.stringify(repeated.value)} appears twice`);
  const servers = valueAt(root, rootKey);
  if (servers && servers.type !== "object") throw invalid(servers.offset, `"${rootKey}" is not an object`);
  return { mark, body, root, servers };
}

const isEmpty = (text: string): boolean => text.trim() === "";

/** Finds a key that appears twice. Programs disagree about which one counts, so no change would be safe. */
function repeatedKey(node: Node): Node | undefined {
  const seen = new Set<unknown>();
  for (const child of node.children ?? []) {
    if (node.type === "object") {
      const key = child.children?.[0];
      if (key && seen.has(key.value)) return key;
      seen.add(key?.value);
    }
    const found = repeatedKey(child);
    if (found) return found;
  }
  return undefined;
}

/** Refuses a change that touched anything but our entry, which would be a fault in our code. */
function checked(before: string, after: string, { path, rootKey, key }: EntryLocation): string {
  const others = (text: string) => {
    const { body, root, servers } = parse(text, rootKey, path);
    const rest = properties(root).filter((property) => property.value !== servers);
    return [...properties(servers).filter((property) => property.key !== key), ...rest].map(({ node }) =>
      body.slice(node.offset, node.offset + node.length),
    );
  };
  if (JSON.stringify(others(before)) !== JSON.stringify(others(after))) {
    throw new GatewayFailure("unexpected", { reason: `the change to ${path} would have affected other entries` });
  }
  return after;
}
