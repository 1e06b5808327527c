import { getNodeValue, type Node, type ParseError, parseTree } from "jsonc-parser";
import { GatewayFailure } from "../../failures/failure.ts";
import { properties, valueAt, withoutProperty, withValue } from "../../lib/json/editJson.ts";
import { positionsIn, splitMark, syntaxWords } from "../../lib/json/jsonDocument.ts";
import { ownerOf } from "../hostEntry.ts";
import type { EntryLocation, HostFileFormat } from "./format.ts";

/** How the servers of a host are written in JSON. */
export interface JsonServers {
  /** The key of the object that holds the servers. */
  readonly rootKey: string;
  /** The type that an entry says, where the host wants one. */
  readonly type?: "stdio";
}

/**
 * Servers in one object of a JSON file, by their keys: JSON with comments and trailing commas, as every host accepts it.
 *
 * A file is invalid when it does not parse, a key appears twice, or the servers are not an object.
 */
export function jsonServers({ rootKey, type }: JsonServers): HostFileFormat {
  return {
    read(text, path) {
      const { servers } = parse(text, rootKey, path);
      return properties(servers).map(({ key, value }) => {
        const read: unknown = getNodeValue(value);
        const owner = ownerOf(read);
        return { key, value: read, ...(owner && { connectionId: owner.connectionId }) };
      });
    },
    withEntry(text, { path, key }, entry) {
      const value = { ...(type && { type }), ...entry };
      if (text === undefined || isEmpty(text)) {
        return `${JSON.stringify({ [rootKey]: { [key]: value } }, null, 2)}\n`;
      }
      const { mark, body, servers } = parse(text, rootKey, path);
      const changed = servers ? withValue(body, [rootKey, key], value) : withValue(body, [rootKey], { [key]: value });
      return checked(text, mark + changed, { path, rootKey, key });
    },
    withoutEntry(text, { path, key }) {
      if (text === undefined) return undefined;
      const { mark, body, servers } = parse(text, rootKey, path);
      if (!valueAt(servers, key) || !servers) return text;
      return checked(text, mark + withoutProperty(body, servers, key), { path, rootKey, key });
    },
    withDisabled(text, { path, key }, disabled) {
      const { mark, body, servers } = parse(text, rootKey, path);
      const known = valueAt(servers, key);
      const now = known && valueAt(known, "disabled");
      if (known?.type !== "object" || (now ? now.value : false) === disabled) return text;
      const changed = mark + withValue(body, [rootKey, key, "disabled"], disabled);
      return checked(text, changed, { path, rootKey, key });
    },
  };
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
function checked(
  before: string,
  after: string,
  { path, rootKey, key }: EntryLocation & { readonly rootKey: string },
): string {
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
