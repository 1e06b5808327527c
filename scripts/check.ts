import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/**
 * `npm run check`: what a change must pass before it is proposed, without a VS Code. Stops at the first thing that fails.
 */
const steps: readonly (readonly [name: string, ...args: string[]])[] = [
  ["types", "node_modules/typescript/bin/tsc", "--noEmit", "-p", "."],
  ["lint and format", "node_modules/@biomejs/biome/bin/biome", "check", "."],
  ["unit", "--import", "tsx", "test/run.ts", "--only", "unit"],
  ["flows", "--import", "tsx", "test/run.ts", "--only", "flows"],
  ["bundles", "--import", "tsx", "test/run.ts", "--only", "bundles"],
];

for (const [name, ...args] of steps) {
  if (name === "bundles" && !existsSync("test/bundles")) {
    console.log(`- ${name.padEnd(16)} not run: there is no test/bundles`);
    continue;
  }
  const started = Date.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", maxBuffer: 1 << 28 });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  const line = stdout.trim().split("\n").at(-1) ?? "";
  const what = /\d+ passed/.test(line) ? line : "";
  console.log(`${status === 0 ? "✓" : "✗"} ${name.padEnd(16)} ${seconds.padStart(6)} s  ${what}`.trimEnd());
  if (status === 0) continue;
  const failed = stdout.indexOf("\nwhat failed\n");
  console.log(failed < 0 ? `\n${stdout}${stderr}` : stdout.slice(failed));
  process.exit(1);
}
