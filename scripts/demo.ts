import { mkdir, rm, writeFile } from "node:fs/promises";
import { accessTokenSeconds, journey, type StepResult, Trip, takeStep } from "../test/support/vscode/journey.ts";
import { startWorld, type World } from "../test/support/vscode/world.ts";

/**
 * `npm run demo`: the extension's whole job in a real VS Code, driven as a person would, a line for each step as it
 * happens. Ends with 0 only if each step was seen. Pictures and `report.json` are in `demo-output/`.
 */
const output = "demo-output";
const started = Date.now();
const results: StepResult[] = [];
let world: World | undefined;
let trip: Trip | undefined;
let ending: Promise<void> | undefined;

const end = () => {
  ending ??= (async () => {
    await trip?.end();
    await world?.stop();
  })();
  return ending;
};
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => end().then(() => process.exit(130)));

try {
  await rm(output, { recursive: true, force: true });
  await mkdir(output, { recursive: true });
  world = await startWorld({ accessTokenSeconds, progress: (line) => console.log(`  ${line}`) });
  trip = new Trip(world, output);
  const { sandbox, vscodeVersion } = world;
  console.log(`\nVS Code ${vscodeVersion}, gateway ${sandbox.gatewayUrl}, identity provider ${sandbox.issuer}\n`);
  for (const step of journey) {
    const result = await takeStep(trip, step);
    results.push(result);
    print(result, results.length);
    if (result.kind === "failed") {
      await explain(world, result);
      break;
    }
  }
} catch (cause) {
  console.error(`\nThe demo could not start: ${cause instanceof Error ? cause.message : cause}`);
} finally {
  await end();
}

const seen = results.filter((result) => result.kind === "seen").length;
const complete = seen === journey.length;
const seconds = Math.round((Date.now() - started) / 1000);
await writeFile(
  `${output}/report.json`,
  JSON.stringify({ complete, seen, steps: journey.length, seconds, results: results.map(plain) }, null, 2),
);
console.log(`\n${seen} of ${journey.length} steps seen in ${seconds} s; pictures and report in ${output}/`);
process.exit(complete ? 0 : 1);

function print(result: StepResult, number: number): void {
  const mark = { seen: "✓", skipped: "-", failed: "✗" }[result.kind];
  const observed =
    result.kind === "seen" ? result.observed : result.kind === "skipped" ? `not seen: ${result.why}` : "failed";
  console.log(
    `${mark} ${String(number).padStart(2)}  ${result.what.padEnd(66)} ${result.seconds.toFixed(1).padStart(5)} s  ${observed}`,
  );
}

/** What is needed to understand a failed step without running it again. */
async function explain(from: World, result: StepResult & { readonly kind: "failed" }): Promise<void> {
  const log = await from.extensionLog();
  await writeFile(`${output}/extension.log`, log);
  await writeFile(`${output}/vscode-server.log`, from.server.logs.join("\n"));
  console.log(`\n  ${(result.error.stack ?? result.error.message).replaceAll("\n", "\n  ")}`);
  if (result.picture) console.log(`\n  The screen at that moment: ${output}/${result.picture}`);
  console.log(`  The end of the extension's log (all of it: ${output}/extension.log):`);
  console.log(log.trim().split("\n").slice(-15).join("\n").replace(/^/gm, "    "));
}

function plain(result: StepResult) {
  return result.kind === "failed" ? { ...result, error: result.error.message } : result;
}
