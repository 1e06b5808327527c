import { existsSync, readFileSync } from "node:fs";
import { posix } from "node:path";

/** A text that a source file has, as it stands there; `{}` in the place of what a run puts in. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
}

/** The files of `src` that an entry is made of: what it imports, directly and through others, types apart. */
export function filesOfEntry(entry: string): string[] {
  const found = new Set<string>();
  const visit = (file: string): void => {
    if (found.has(file) || !existsSync(file)) return;
    found.add(file);
    const text = readFileSync(file, "utf8");
    for (const [, kind, name] of text.matchAll(/(import type|import|export|import\()[^"';]*"(\.[^"]+)"/g)) {
      if (kind !== "import type") visit(posix.join(posix.dirname(file), name ?? ""));
    }
  };
  visit(entry);
  return [...found].sort();
}

/** What a file says: its texts, without comments and the names of what it imports. A text of several lines is left out. */
export function textsOf(file: string): SourceText[] {
  const lines = readFileSync(file, "utf8")
    .replaceAll(/^(?:import|export)\b[^;]*from "[^"]+";$/gm, "")
    .split("\n")
    .filter((line) => !/^\s*(?:\/?\*|\/\/)/.test(line));
  const texts = lines.flatMap((line) => line.match(/"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`/g) ?? []);
  return texts.map((text) => ({
    file,
    text: text
      .slice(1, -1)
      .replaceAll(/\$\{[^}]*\}/g, "{}")
      .replaceAll('\\"', '"'),
  }));
}
