import { readFileSync, writeFileSync } from "node:fs";
import { withSettingsDocs } from "./settings/settingsDocs.ts";
import { settingsManifest } from "./settings/settingsManifest.ts";

/** Writes what follows from the schema of the settings: their part of the manifest, and their page. */
const manifest = JSON.parse(readFileSync("package.json", "utf8")) as { contributes: { configuration: object } };
manifest.contributes.configuration = settingsManifest();
writeFileSync("package.json", `${JSON.stringify(manifest, null, 2)}\n`);
const page = "docs/settings.md";
writeFileSync(page, withSettingsDocs(readFileSync(page, "utf8")));
