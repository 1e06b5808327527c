import { existsSync, writeFileSync } from "node:fs";
import { isBuilt } from "../test/support/programs.ts";
import { takeTemporaryFolder } from "../test/support/suites/temporaryFolders.ts";
import { prove } from "../test/support/uses/runIgnoring.ts";
import { allUses, provenUses, usesFile, usesPage } from "../test/support/uses/usesPage.ts";

/**
 * Writes the page that says which test uses each option, command and setting, once those that it does not have yet were
 * put to the proof; with `--all`, every one of them.
 */
if (!isBuilt()) throw new Error("the bundles are not of the sources as they are: npm run build");
// A test that something is kept from may end without removing what it made.
takeTemporaryFolder();
const proven = new Set(existsSync(usesFile) && !process.argv.includes("--all") ? provenUses() : []);
const faults = await prove(
  allUses.filter((use) => !proven.has(use)),
  (text) => console.log(text),
);
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
else writeFileSync(usesFile, usesPage());
