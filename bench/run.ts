import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { buildBundles, folder } from "./bundles.ts";
import { options } from "./options.ts";

/** Builds the bundles and the measurements, and runs the one that is named without a TypeScript loader. */
const [name = "compare", ...args] = process.argv.slice(2);
const { before } = options(args);
await buildBundles(before === undefined ? undefined : resolve(before));
const child = spawn(process.execPath, [`${folder}/${name}.mjs`, ...args], { stdio: "inherit" });
child.once("close", (code) => {
  process.exitCode = code ?? 1;
});
