/** One record of a list: what it says, and the text that says it. */
export interface JsonRecord {
  readonly text: string;
  readonly value: unknown;
}

/** A member of a JSON object, its name and value as they stand in the text. */
interface Member {
  readonly name: string;
  readonly text: string;
}

/** A JSON object that holds a list of records beside other members. */
export interface RecordList {
  readonly records: readonly JsonRecord[];
  /** A member beside the list; undefined where there is none. */
  member(name: string): unknown;
  /**
   * The text with these records in the place of its list, and these members set. Every other member keeps its text.
   *
   * @param records each as its text, see `recordText`
   */
  withRecords(records: readonly string[], members: Readonly<Record<string, unknown>>): string;
}

/**
 * Reads a list of records that several versions of the program write. Each record keeps its text, so that what this
 * version does not know is written back byte for byte and no newer version loses anything to an older one.
 *
 * @param text the whole text, undefined where there is none yet
 * @param list the name of the member that holds the records
 * @param isCompact whether new text is written in one line
 * @returns undefined where it is no JSON, or JSON of another shape: then it must not be written over
 */
export function readRecordList(text: string | undefined, list: string, isCompact = false): RecordList | undefined {
  const members = text === undefined ? [] : membersOf(text);
  if (!members) return undefined;
  const at = (name: string) => members.findLast((one) => JSON.parse(one.name) === name)?.text;
  const found = at(list);
  if (found !== undefined && !found.startsWith("[")) return undefined;
  const texts = found === undefined ? [] : split(found).map((part) => part.text);
  return {
    records: texts.map((record) => ({ text: record, value: JSON.parse(record) as unknown })),
    member(name) {
      const value = at(name);
      return value === undefined ? undefined : JSON.parse(value);
    },
    withRecords(records, changed) {
      const next = new Map<string, string>();
      for (const [name, value] of Object.entries(changed)) next.set(name, recordText(value, isCompact, 1));
      next.set(list, joined("[]", records, isCompact ? undefined : 1));
      const kept = members.map(({ name, text: value }) => {
        const key = JSON.parse(name) as string;
        const replacement = next.get(key) ?? value;
        next.delete(key);
        return { name, text: replacement };
      });
      const added = [...next].map(([name, value]) => ({ name: JSON.stringify(name), text: value }));
      const colon = isCompact ? ":" : ": ";
      const all = [...kept, ...added].map(({ name, text: value }) => name + colon + value);
      return joined("{}", all, isCompact ? undefined : 0);
    },
  };
}

/** A record as text, to stand in a list of a text that is written in lines unless `isCompact`. */
export function recordText(value: unknown, isCompact = false, depth = 2): string {
  const text = JSON.stringify(value, null, isCompact ? undefined : 2);
  // A line break inside a string is escaped, so that these are between the parts only.
  return text.replaceAll("\n", `\n${"  ".repeat(depth)}`);
}

/**
 * The text of an object or array.
 *
 * @param brackets the first and the last character
 * @param depth how many it stands in; undefined for one that is written on one line
 */
function joined(brackets: "{}" | "[]", parts: readonly string[], depth: number | undefined): string {
  const [open = "", close = ""] = brackets;
  if (parts.length === 0 || depth === undefined) return open + parts.join(",") + close;
  const outer = `\n${"  ".repeat(depth)}`;
  return `${open}${outer}  ${parts.join(`,${outer}  `)}${outer}${close}`;
}

function membersOf(text: string): readonly Member[] | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  const object = text.trim();
  return object.startsWith("{") ? split(object) : undefined;
}

/** The parts of an object or array in a text that is known to be valid JSON (RFC 8259, 4 and 5). */
function split(text: string): Member[] {
  const parts: Member[] = [];
  const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{},:]/g;
  let depth = 0;
  let start = 1;
  let name = "";
  for (let token = tokens.exec(text); token; token = tokens.exec(text)) {
    const [sign] = token;
    if (sign === "{" || sign === "[") depth += 1;
    const isEnd = (sign === "}" || sign === "]") && --depth === 0;
    if (depth === 1 && sign === ":") {
      name = text.slice(start, token.index).trim();
      start = token.index + 1;
    } else if (isEnd || (depth === 1 && sign === ",")) {
      const part = text.slice(start, token.index).trim();
      if (part !== "") parts.push({ name, text: part });
      start = token.index + 1;
    }
  }
  return parts;
}
