import { copyFile, stat } from "node:fs/promises";
import { relative } from "node:path";
import { packageNpm } from "./packageNpm.ts";
import { packageVsix } from "./packageVsix.ts";

/** `npm run package`: all that a release has, in `out`: the VSIX, the package for npm, and the bill of materials of both. */
const vsix = await packageVsix();
const npm = await packageNpm({ folder: ".", to: "out" });
const bill = vsix.replace(/\.vsix$/, ".cdx.json");
await copyFile("dist/sbom.cdx.json", bill);
for (const file of [vsix, npm, bill]) {
  const { size } = await stat(file);
  console.log(`${relative(".", file)}  ${(size / 1024 / 1024).toFixed(2)} MB`);
}
