import { spawn } from "node:child_process";
import { buildBundles, folder } from "./bundles.ts";

/** Builds the bundles and the measurements, and runs the one that is named without a TypeScript loader. */
const [name = "compare", ...args] = process.argv.slice(2);
await buildBundles();
const child = spawn(process.execPath, [`${folder}/${name}.mjs`, ...args], { stdio: "inherit" });
child.once("close", (code) => {
  process.exitCode = code ?? 1;
});
