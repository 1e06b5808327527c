import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import {
  catalogueFile,
  type Kind,
  kinds,
  merged,
  missingFile,
  readCatalogue,
  writeCatalogue,
} from "./l10n/catalogues.ts";
import { type Catalogue, languages } from "./l10n/languages.ts";
import { bypassingLiterals } from "./l10n/literals.ts";
import { movedStrings } from "./l10n/manifestStrings.ts";
import { collectSentences } from "./l10n/sentences.ts";

/**
 * `npm run l10n`: takes the words out of the manifest and the sources, and keeps the translations of those that are still
 * there. What has none is in `out/l10n/`, each text beside an empty place: fill the places in and run it again.
 * With `--check` nothing is written.
 */
const isCheck = process.argv.includes("--check");

const moved = movedStrings(JSON.parse(readFileSync("package.json", "utf8")), readCatalogue(catalogueFile("manifest")));
const { all, unknown } = collectSentences();
const english: Readonly<Record<Kind, Catalogue>> = {
  manifest: moved.words,
  code: Object.fromEntries(all.map((sentence) => [sentence, sentence])),
};
if (!isCheck) {
  writeFileSync("package.json", `${JSON.stringify(moved.manifest, null, 2)}\n`);
  for (const kind of kinds) writeCatalogue(catalogueFile(kind), english[kind]);
}

let lacking = 0;
for (const kind of kinds) {
  for (const language of languages) {
    const [file, form] = [catalogueFile(kind, language), missingFile(kind, language)];
    const { done, missing } = merged(english[kind], readCatalogue(file), filledIn(form));
    const many = Object.keys(missing).length;
    lacking += many;
    console.log(`${file}: ${Object.keys(done).length} translated, ${many} missing`);
    if (isCheck) continue;
    writeCatalogue(file, done, language);
    writeForm(form, missing);
  }
}
for (const literal of bypassingLiterals()) console.log(`not translated, since it goes past l10n: ${literal}`);
for (const place of unknown) console.log(`not translated, since it is no text of its own: ${place}`);
if (lacking > 0) {
  console.log(`Fill in what is missing in out/l10n/*.json, and run it again.`);
  process.exitCode = 1;
}

/** What somebody filled in since the last run: `{ key: { en, to } }`. */
function filledIn(form: string): Catalogue {
  if (!existsSync(form)) return {};
  const places = JSON.parse(readFileSync(form, "utf8")) as Readonly<Record<string, { readonly to: string }>>;
  return Object.fromEntries(Object.entries(places).map(([key, { to }]) => [key, to]));
}

function writeForm(form: string, missing: Catalogue): void {
  rmSync(form, { force: true });
  if (Object.keys(missing).length === 0) return;
  mkdirSync("out/l10n", { recursive: true });
  const places = Object.entries(missing).map(([key, en]) => [key, { en, to: "" }]);
  writeFileSync(form, `${JSON.stringify(Object.fromEntries(places), null, 2)}\n`);
}
