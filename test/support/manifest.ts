import { readFileSync } from "node:fs";
import { readCatalogue } from "../../scripts/l10n/catalogues.ts";
import { withWords } from "../../scripts/l10n/manifestStrings.ts";

/** The extension's manifest with its English words, as an editor shows it. */
export const readManifest = <T>(): T =>
  withWords(JSON.parse(readFileSync("package.json", "utf8")), readCatalogue("package.nls.json")) as T;
