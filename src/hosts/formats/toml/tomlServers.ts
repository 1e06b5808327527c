import { GatewayFailure } from "../../../failures/failure.ts";
import { isJsonObject, type JsonObject } from "../../../lib/json/jsonObject.ts";
import { codexShape, type EntryShape } from "../entryShape.ts";
import type { HostFileFormat } from "../format.ts";
import { serverEntry } from "../serverEntry.ts";
import { tomlKey, tomlText, withoutSpans, withTable, withValue } from "./editToml.ts";
import {
  comparable,
  isWithin,
  parseToml,
  type Span,
  type TomlDocument,
  type TomlPath,
  valueAt,
} from "./tomlDocument.ts";

/** Codex's file. */
export const codexServers = tomlServers("mcp_servers", codexShape);

/**
 * Servers in one table of a TOML file, by their keys, in every form that TOML has for that: tables, dotted keys, tables in one
 * line. A new one is a table at the end of the file.
 *
 * A file is invalid when it does not parse, or the servers are not a table. One whose servers are all in a table of one line is
 * read and not changed: nothing can be added to such a table from elsewhere (TOML 1.0, "Inline Table").
 */
function tomlServers(rootKey: string, shape: EntryShape): HostFileFormat {
  return {
    read(text, path) {
      const file = parse(text ?? "", rootKey, path);
      const { document, servers } = file;
      const changed = (key: string, body: string): string => {
        const after = document.mark + body;
        if (othersThan(key, parse(after, rootKey, path)) !== othersThan(key, file)) {
          throw new GatewayFailure("unexpected", { reason: `the change to ${path} would have affected other entries` });
        }
        return after;
      };
      const withLeaves = (key: string, leaves: readonly Leaf[]): string => {
        const after = leaves.reduce((now, [steps, value]) => {
          const body = withValue(now, [rootKey, key, ...steps], value);
          if (body !== undefined) return parseToml(document.mark + body, path);
          throw document.invalid(spansOf([rootKey, key], document)[0]?.[0] ?? 0, `${tomlKey(key)} cannot be added to`);
        }, document);
        return changed(key, after.body);
      };
      return {
        servers: Object.entries(servers).map(([key, value]) => serverEntry(key, value, shape)),
        withEntry(key, entry) {
          refuseOneLine(file);
          const members = shape.members(entry);
          const known = servers[key];
          if (isJsonObject(known)) return withLeaves(key, leavesOf(members, known));
          const lines = Object.entries(members).map(([name, value]) => `${tomlKey(name)} = ${tomlText(value)}`);
          return changed(key, withTable(document.body, [`[${rootKey}.${tomlKey(key)}]`, ...lines]));
        },
        withoutEntry(key) {
          if (!Object.hasOwn(servers, key)) return text;
          refuseOneLine(file);
          return changed(key, withoutSpans(document.body, spansOf([rootKey, key], document)));
        },
        withDisabled(key, disabled) {
          const known = servers[key];
          if (!isJsonObject(known) || !shape.off) return text;
          const [member, off] = shape.off;
          const wanted = disabled ? off : !off;
          if ((known[member] ?? !off) === wanted) return text;
          refuseOneLine(file);
          return withLeaves(key, [[[member], wanted]]);
        },
      };
    },
  };
}

interface Parsed {
  readonly document: TomlDocument;
  readonly servers: JsonObject;
  readonly rootKey: string;
  /** Where all servers are in a table of one line: its offset. */
  readonly oneLineAt: number | undefined;
}

function parse(text: string, rootKey: string, path: string): Parsed {
  const document = parseToml(text, path);
  const root = [rootKey];
  const servers = valueAt(document, root) ?? {};
  const first = document.assignments.find((one) => isWithin(one.path, root));
  const table = document.tables.find((one) => isWithin(one.path, root));
  const isArray = typeof table?.path[1] === "number";
  if (isArray || !isJsonObject(servers)) {
    throw document.invalid((isArray ? table : first)?.node.range[0] ?? 0, `"${rootKey}" is not a table of servers`);
  }
  return { document, servers, rootKey, oneLineAt: first?.path.length === 1 ? first.node.range[0] : undefined };
}

function refuseOneLine({ document, rootKey, oneLineAt }: Parsed): void {
  if (oneLineAt === undefined) return;
  throw document.invalid(oneLineAt, `"${rootKey}" is a table in one line, to which nothing can be added`);
}

type Leaf = readonly [steps: TomlPath, value: unknown];

/** The values of an entry that are to be set. Of a table that is there, one by one, so that what people added stays. */
const leavesOf = (members: JsonObject, known: JsonObject): readonly Leaf[] =>
  Object.entries(members).flatMap(([name, value]): readonly Leaf[] =>
    isJsonObject(value) && isJsonObject(known[name])
      ? Object.entries(value).map(([inner, one]) => [[name, inner], one])
      : [[[name], value]],
  );

/** Everything that a server consists of: its tables, and what is said of it outside of them. */
function spansOf(server: TomlPath, { tables, assignments }: TomlDocument): readonly Span[] {
  const ofTables = tables.filter(({ path }) => isWithin(path, server));
  const others = assignments.filter(
    ({ path, base, isInline }) => isWithin(path, server) && !isWithin(base, server) && !isInline,
  );
  return [...ofTables, ...others].map(({ node }) => node.range);
}

/** All that a file says but for one server, to be compared. */
function othersThan(key: string, { document, servers, rootKey }: Parsed): string {
  const { [rootKey]: _, ...rest } = (valueAt(document, []) ?? {}) as JsonObject;
  const { [key]: __, ...others } = servers;
  return comparable([rest, others]);
}
