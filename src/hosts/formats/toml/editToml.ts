import {
  comparable,
  isSame,
  isWithin,
  type Span,
  type TomlDocument,
  type TomlPath,
  valueOfNode,
} from "./tomlDocument.ts";

// Changes of a TOML text by the places of what is in it. Whatever is not named stays byte for byte.

/** A value as TOML writes it, tables in one line. */
export function tomlText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(tomlText).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(([key, member]) => `${tomlKey(key)} = ${tomlText(member)}`);
    return members.length > 0 ? `{ ${members.join(", ")} }` : "{}";
  }
  // A basic string is JSON's, which leaves the last control character as it is.
  return typeof value === "string" ? JSON.stringify(value).replaceAll("\u007f", "\\u007F") : String(value);
}

export const tomlKey = (key: string): string => (/^[A-Za-z0-9_-]+$/.test(key) ? key : tomlText(key));

const END_OF_LINE = /\r?\n/;

export const eolOf = (body: string): string => END_OF_LINE.exec(body)?.[0] ?? "\n";

export const spliced = (text: string, [from, to]: Span, instead: string): string =>
  text.slice(0, from) + instead + text.slice(to);

/** Puts a table at the end, behind an empty line. Taking it out again leaves the text as it was. */
export function withTable(body: string, lines: readonly string[]): string {
  const eol = eolOf(body);
  const table = lines.join(eol);
  if (body === "") return table + eol;
  const [end = ""] = /\r?\n$/.exec(body) ?? [];
  return body.slice(0, body.length - end.length) + eol + eol + table + end;
}

/**
 * Sets a value, in whatever form the table it belongs to is written.
 *
 * @returns undefined where that table is written in no form that can be added to
 */
export function withValue(document: TomlDocument, path: TomlPath, value: unknown): string | undefined {
  const { body, assignments, tables } = document;
  const known = assignments.find((one) => isSame(one.path, path));
  if (known) {
    const same = comparable(valueOfNode(known.node.value)) === comparable(value);
    return same ? body : spliced(body, known.node.value.range, tomlText(value));
  }
  const outer = path.slice(0, -1);
  const line = `${tomlKey(String(path.at(-1)))} = ${tomlText(value)}`;
  const inline = assignments.find((one) => isSame(one.path, outer));
  if (inline?.node.value.type === "TOMLInlineTable") {
    const { body: members, range } = inline.node.value;
    const last = members.at(-1)?.range[1];
    return last === undefined
      ? spliced(body, [range[0] + 1, range[1] - 1], ` ${line} `)
      : spliced(body, [last, last], `, ${line}`);
  }
  const table = tables.find((one) => isSame(one.path, outer));
  if (table?.node.kind === "standard")
    return withLine(body, table.node.body.at(-1)?.range ?? table.node.key.range, line);
  const sibling = assignments.findLast((one) => isWithin(one.path, outer) && !one.isInline);
  if (!sibling || sibling.base.length > outer.length) return undefined;
  const keys = outer.slice(sibling.base.length).map((key) => tomlKey(String(key)));
  return withLine(body, sibling.node.range, [...keys, line].join("."));
}

/** Puts a line behind the one in which something ends, as far in as that one. */
function withLine(body: string, [from, to]: Span, line: string): string {
  const rest = END_OF_LINE.exec(body.slice(to));
  const end = rest ? to + rest.index : body.length;
  return spliced(body, [end, end], eolOf(body) + indentOf(body, from) + line);
}

const lineStart = (body: string, offset: number): number => body.lastIndexOf("\n", offset - 1) + 1;

const indentOf = (body: string, offset: number): string =>
  /^[ \t]*/.exec(body.slice(lineStart(body, offset), offset))?.[0] ?? "";

/** Takes spans out, each with its line where nothing else is on it, and tables with the empty line before them. */
export function withoutSpans(body: string, spans: readonly Span[]): string {
  return [...spans].sort(([one], [other]) => other - one).reduce(withoutSpan, body);
}

function withoutSpan(body: string, [from, to]: Span): string {
  const start = lineStart(body, from);
  const before = body.slice(0, start);
  const [after = ""] = /^[ \t]*(?:\r?\n|$)/.exec(body.slice(to)) ?? [];
  const isAlone = body.slice(start, from).trim() === "" && (after !== "" || to === body.length);
  if (!isAlone) return spliced(body, [from, to], "");
  const [emptyLine = ""] = /\r?\n\r?\n$/.exec(before) ?? [];
  // The end of its last line stays for what was before it.
  const last = /\r?\n$/.exec(after)?.[0].length ?? 0;
  if (emptyLine !== "") return spliced(body, [start - emptyLine.length, to + after.length - last], "");
  if (last > 0 || before === "") return spliced(body, [start, to + after.length], "");
  const [end = ""] = /\r?\n$/.exec(before) ?? [];
  return spliced(body, [start - end.length, to + after.length], "");
}
