import { writeFileSync } from "node:fs";
import { worldPage } from "./world/worldPage.ts";

/** `npm run world`: writes the page about other people's servers from the rows in `test/world`. */
writeFileSync("docs/world.md", await worldPage());
