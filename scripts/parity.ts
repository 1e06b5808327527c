import { writeFileSync } from "node:fs";
import { parityPage } from "./parity/parityPage.ts";

/** `npm run parity`: writes the page on what comes through each way, from what `test/flows/parity.test.ts` compares. */
writeFileSync("docs/parity.md", parityPage());
