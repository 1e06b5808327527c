import { spawn } from "node:child_process";
import { buildBundles } from "./bundles.ts";

/** `npm run bench [-- <rounds>]`: builds the relay and the measurement, and runs it without a TypeScript loader. */
const { program, relay } = await buildBundles();
const child = spawn(process.execPath, [program, relay, ...process.argv.slice(2)], { stdio: "inherit" });
child.once("close", (code) => {
  process.exitCode = code ?? 1;
});
