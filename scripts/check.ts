import { spawn } from "node:child_process";

/**
 * `npm run check`: what a change must pass before it is proposed, without a VS Code. Stops at the first thing that fails.
 */
type Step = readonly [name: string, ...args: string[]];

/** One after the other; what stands in one row runs at the same time. */
const rows: readonly (readonly Step[])[] = [
  [
    ["types", "node_modules/typescript/bin/tsc", "--noEmit", "-p", "."],
    ["lint and format", "node_modules/@biomejs/biome/bin/biome", "check", "."],
  ],
  [["unit", "--import", "tsx", "test/run.ts", "--only", "unit"]],
  // Of one build.
  [["flows, world, bundles", "--import", "tsx", "test/run.ts", "--only", "flows,world,bundles"]],
];

for (const row of rows) {
  const passed = await Promise.all(row.map(passes));
  if (passed.includes(false)) process.exit(1);
}

async function passes([name, ...args]: Step): Promise<boolean> {
  const started = Date.now();
  const { status, stdout, stderr } = await ended(args);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  const line = stdout.trim().split("\n").at(-1) ?? "";
  const what = /\d+ passed/.test(line) ? line : "";
  console.log(`${status === 0 ? "✓" : "✗"} ${name.padEnd(21)} ${seconds.padStart(6)} s  ${what}`.trimEnd());
  if (status === 0) return true;
  const failed = stdout.indexOf("\nwhat failed\n");
  console.log(failed < 0 ? `\n${stdout}${stderr}` : stdout.slice(failed));
  return false;
}

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function ended(args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  return await new Promise((done, failed) => {
    child.on("error", failed);
    child.on("close", (status) => done({ status, stdout, stderr }));
  });
}
