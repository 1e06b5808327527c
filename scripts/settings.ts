import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { catalogueFile, readCatalogue, writeCatalogue } from "./l10n/catalogues.ts";
import { movedStrings } from "./l10n/manifestStrings.ts";
import { withSettingsDocs } from "./settings/settingsDocs.ts";
import { settingsManifest } from "./settings/settingsManifest.ts";

/** Writes what follows from the schema of the settings: their part of the manifest with its words, and their page. */
const manifest = JSON.parse(readFileSync("package.json", "utf8")) as { contributes: { configuration: object } };
manifest.contributes.configuration = settingsManifest();
const file = catalogueFile("manifest");
if (existsSync(file)) {
  const moved = movedStrings(JSON.parse(JSON.stringify(manifest)), readCatalogue(file));
  writeFileSync("package.json", `${JSON.stringify(moved.manifest, null, 2)}\n`);
  writeCatalogue(file, moved.words);
} else writeFileSync("package.json", `${JSON.stringify(manifest, null, 2)}\n`);

const page = "docs/settings.md";
writeFileSync(page, withSettingsDocs(readFileSync(page, "utf8")));
