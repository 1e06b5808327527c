import { getNodeValue, type Node, type ParseError, parseTree } from "jsonc-parser";
import { GatewayFailure } from "../../failures/failure.ts";
import { depthOf } from "../../lib/json/depthOf.ts";
import { properties, valueAt, withMembers, withoutProperty } from "../../lib/json/editJson.ts";
import { positionsIn, splitMark, syntaxWords } from "../../lib/json/jsonDocument.ts";
import { MAX_DEPTH } from "../../lib/limits.ts";
import { type EntryShape, plainShape } from "./entryShape.ts";
import type { HostFileFormat } from "./format.ts";
import { serverEntry } from "./serverEntry.ts";

/** How the servers of a host are written in JSON. */
export interface JsonServers {
  /** The key of the object that holds the servers. */
  readonly rootKey: string;
  readonly shape?: EntryShape;
}

/**
 * Servers in one object of a JSON file, by their keys: JSON with comments and trailing commas, as every host accepts it.
 *
 * A file is invalid when it does not parse, a key appears twice, or the servers are not an object.
 */
export function jsonServers({ rootKey, shape = plainShape }: JsonServers): HostFileFormat {
  return {
    read(text, path) {
      const file = parse(text ?? "", rootKey, path);
      const { mark, body, root, servers } = file;
      const changed = (key: string, after: string): string => {
        if (!isOnlyEntry(key, file, parse(after, rootKey, path))) {
          throw new GatewayFailure("unexpected", { reason: `the change to ${path} would have affected other entries` });
        }
        return mark + after;
      };
      return {
        servers: properties(servers).map(({ key, value }) => serverEntry(key, getNodeValue(value), shape)),
        withEntry(key, entry) {
          const value = shape.members(entry);
          if (!root) return `${JSON.stringify({ [rootKey]: { [key]: value } }, null, 2)}\n`;
          const after = servers
            ? withMembers(body, servers, { [key]: value })
            : withMembers(body, root, { [rootKey]: { [key]: value } });
          return changed(key, after);
        },
        withoutEntry(key) {
          if (!servers || !valueAt(servers, key)) return text;
          return changed(key, withoutProperty(body, servers, key));
        },
        withDisabled(key, disabled) {
          const known = valueAt(servers, key);
          if (known?.type !== "object" || !shape.off) return text;
          const [member, off] = shape.off;
          const now = valueAt(known, member)?.value ?? !off;
          const wanted = disabled ? off : !off;
          return now === wanted ? text : changed(key, withMembers(body, known, { [member]: wanted }));
        },
      };
    },
  };
}

interface Parsed {
  readonly mark: string;
  readonly body: string;
  /** Undefined for an empty file. */
  readonly root: Node | undefined;
  readonly servers: Node | undefined;
}

function parse(text: string, rootKey: string, path: string): Parsed {
  const [mark, body] = splitMark(text);
  if (body.trim() === "") return { mark, body, root: undefined, servers: undefined };
  const invalid = (offset: number, problem: string) => {
    return new GatewayFailure("host_file_invalid", { path, ...positionsIn(body)(offset), problem });
  };
  if (depthOf(body) > MAX_DEPTH) throw invalid(0, `it has more than ${MAX_DEPTH} levels of brackets`);
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

/** Whether a change touched nothing but an entry. Anything else would be a fault in our code. */
function isOnlyEntry(key: string, before: Parsed, after: Parsed): boolean {
  const [old, now] = [othersThan(key, before), othersThan(key, after)];
  return old.length === now.length && old.every((text, at) => text === now[at]);
}

function othersThan(key: string, { body, root, servers }: Parsed): readonly string[] {
  const rest = properties(root).filter(({ value }) => value !== servers);
  const others = properties(servers).filter((property) => property.key !== key);
  return [...others, ...rest].map(({ node }) => body.slice(node.offset, node.offset + node.length));
}
