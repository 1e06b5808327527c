import { readFileSync, writeFileSync } from "node:fs";
import { limitsTable, withTable } from "./limits/limitsTable.ts";

/** `node --import tsx scripts/limits.ts`: writes the table of limits into its page, from the rows in `test/support/limits`. */
const page = "docs/limits.md";
writeFileSync(page, withTable(readFileSync(page, "utf8"), limitsTable()));
