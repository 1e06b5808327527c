import { writeJsonFile } from "../../../src/system/jsonFile.ts";

/** Writes a file again and again, until it is killed. */
const [path = ""] = process.argv.slice(2);
for (let n = 0; ; n++) await writeJsonFile(path, { n, filling: "x".repeat(200_000) });
