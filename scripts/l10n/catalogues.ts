import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { type Catalogue, type Language, notReviewed, REVIEW_KEY } from "./languages.ts";

/** The two kinds of files: what the manifest says, and what the code says. */
export const kinds = ["manifest", "code"] as const;

export type Kind = (typeof kinds)[number];

/** The file with the words of one kind in one language. */
export function catalogueFile(kind: Kind, language?: Language): string {
  const end = language === undefined ? "json" : `${language}.json`;
  return kind === "manifest" ? `package.nls.${end}` : `l10n/bundle.l10n.${end}`;
}

/** Where what is missing is written, to be filled in and read again. It is no part of the repository. */
export const missingFile = (kind: Kind, language: Language): string => `out/l10n/${kind}.${language}.json`;

/** The words of a file without the note on who has reviewed them; none where there is no file. */
export function readCatalogue(file: string): Catalogue {
  if (!existsSync(file)) return {};
  const { [REVIEW_KEY]: _, ...words } = JSON.parse(readFileSync(file, "utf8")) as Record<string, string>;
  return words;
}

/** The translations of what there is to translate, old and new, and what still lacks one: its English words by key. */
export function merged(
  english: Catalogue,
  ...translations: readonly Catalogue[]
): { readonly done: Catalogue; readonly missing: Catalogue } {
  // A place that is still empty says nothing about a translation from elsewhere.
  const filled = translations.flatMap((words) => Object.entries(words).filter(([, text]) => text !== ""));
  const all: Catalogue = Object.fromEntries(filled);
  const isDone = (key: string) => all[key] !== undefined;
  const keys = Object.keys(english);
  return {
    done: Object.fromEntries(keys.filter(isDone).map((key) => [key, all[key] ?? ""])),
    missing: Object.fromEntries(keys.filter((key) => !isDone(key)).map((key) => [key, english[key] ?? ""])),
  };
}

/** Writes a file of words; one that is no English has the note on top. */
export function writeCatalogue(file: string, words: Catalogue, language?: Language): void {
  mkdirSync("l10n", { recursive: true });
  const noted = language === undefined ? words : { [REVIEW_KEY]: notReviewed, ...words };
  writeFileSync(file, `${JSON.stringify(noted, null, 2)}\n`);
}
