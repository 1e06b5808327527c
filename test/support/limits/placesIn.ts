import { readdirSync, readFileSync } from "node:fs";

/** A file of `src` as code: without comments, so that what is written about something is not taken for it. */
export interface SourceFile {
  /** Beginning with `src/`. */
  readonly file: string;
  readonly code: string;
}

/** Every file of the program. */
export const sourceFiles = (): readonly SourceFile[] =>
  readdirSync("src", { recursive: true })
    .map((name) => `src/${String(name).replaceAll("\\", "/")}`)
    .filter((file) => file.endsWith(".ts"))
    .sort()
    .map((file) => ({ file, code: withoutComments(readFileSync(file, "utf8")) }));

/** Comments by lines of their own, as all are here. */
const withoutComments = (text: string): string =>
  text
    .replace(/^import\b[^;]*;$/gm, "")
    .split("\n")
    .filter((line) => !/^\s*(?:\/?\*|\/\/)/.test(line))
    .join("\n");

/** What keeps a place within bounds. */
export interface Bounded {
  /** How often it stands there. */
  readonly times?: number;
  /** A name that stands in the same file and holds the bound. */
  readonly by?: string;
  /** Why there is nothing to bound, or who has bounded it before. */
  readonly why: string;
}

/**
 * What does not agree between the places that are found and those that are known, a line each: a place that nobody
 * gave a reason for, a reason without a place, another number of places, a bound that the file does not name.
 */
export function unexplained(
  found: ReadonlyMap<string, number>,
  known: Readonly<Record<string, Bounded>>,
  codeOf: (file: string) => string | undefined,
): string[] {
  const news = [...found].flatMap(([place, times]) => {
    const reason = known[place];
    if (reason === undefined) return [`${place} has no reason`];
    const expected = reason.times ?? 1;
    return times === expected ? [] : [`${place} stands there ${times} times, and ${expected} have a reason`];
  });
  const gone = Object.entries(known).flatMap(([place, { by }]) => {
    if (!found.has(place)) return [`${place} is gone, and has a reason`];
    const code = codeOf(place.split(": ")[0] ?? "") ?? "";
    return by === undefined || new RegExp(`(?<![\\w$])${by.replaceAll(".", "\\.")}\\b`).test(code)
      ? []
      : [`${place}: the file has no ${by}`];
  });
  return [...news, ...gone];
}

/** How often each of these stands in each file, by `<file>: <name>`. */
export function placesOf(
  files: readonly SourceFile[],
  patterns: Readonly<Record<string, RegExp>>,
): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { file, code } of files) {
    for (const [name, pattern] of Object.entries(patterns)) {
      const times = code.match(new RegExp(pattern, "g"))?.length ?? 0;
      if (times > 0) found.set(`${file}: ${name}`, times);
    }
  }
  return found;
}

/** How often what a pattern names stands in each file, by `<file>: <name>`. */
export function namesOf(files: readonly SourceFile[], pattern: RegExp): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { file, code } of files) {
    for (const [, ...names] of code.matchAll(pattern)) {
      const place = `${file}: ${names.find((name) => name !== undefined)}`;
      found.set(place, (found.get(place) ?? 0) + 1);
    }
  }
  return found;
}
