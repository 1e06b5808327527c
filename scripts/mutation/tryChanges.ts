import { mkdir, readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { build } from "esbuild";
import { changedProgram, type MutationRun, type NamedMutant } from "./changedProgram.ts";
import type { MutationReport } from "./mutants.ts";
import { TestProcess } from "./testProcess.ts";
import type { TrialEnd } from "./triedTests.ts";

const folder = "out/mutation";

/** How long a change may take beyond what the tests take without it, in milliseconds: the machine may be busy. */
const PATIENCE_MS = 30_000;

/** How many are tried at once: many a change makes a test wait for what does not come. */
const AT_ONCE = 3;

/**
 * Changes sources one operator or literal at a time and runs, for each change, the tests that reach it, until one fails.
 *
 * @throws Error when the tests fail without any change
 */
export async function tryChanges(run: MutationRun): Promise<MutationReport> {
  await mkdir(folder, { recursive: true });
  const program = resolve(folder, `${run.name}.mjs`);
  const mutants = await changedProgram(run, program);
  const runner = await builtRunner();
  const first = new TestProcess(runner, program);
  const asItIs = await first.run({}, 10 * 60_000);
  first.stop();
  const { failure, tookMs } = asItIs;
  if (failure !== undefined) throw new Error(`the tests of ${run.name} fail as it is: ${failure}`);
  const allMs = tookMs.reduce((sum, one) => sum + one, 0);
  console.log(`${run.name}: ${tookMs.length} tests in ${Math.round(allMs)} ms, ${mutants.length} changes`);
  const statuses = new Map<string, Status>();
  const waiting = [...mutants];
  const work = async () => {
    const tests = new TestProcess(runner, program);
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      statuses.set(one.id, await statusOf(one, asItIs, { tests, limitMs: PATIENCE_MS + 2 * allMs }));
      if (statuses.size % 50 === 0) console.log(`${statuses.size} of ${mutants.length}`);
    }
    tests.stop();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { files: await byFile(mutants, statuses) };
}

type Status = "Killed" | "Survived" | "NoCoverage";

/** Tries one change with the tests that reach it, the quickest first. */
async function statusOf(
  { id }: NamedMutant,
  { reached, tookMs }: TrialEnd,
  { tests, limitMs }: { readonly tests: TestProcess; readonly limitMs: number },
): Promise<Status> {
  const hits = Object.entries(reached).flatMap(([test, of]) => (of[id] === undefined ? [] : [{ test, of: of[id] }]));
  if (hits.length === 0) return "NoCoverage";
  const isLoaded = hits.some(({ test }) => test === "");
  const reaching = isLoaded ? [...tookMs.keys()] : hits.map(({ test }) => Number(test) - 1);
  const { failure } = await tests.run(
    {
      change: id,
      mostHits: 1000 + 100 * hits.reduce((sum, { of }) => sum + of, 0),
      tests: reaching.sort((one, other) => (tookMs[one] ?? 0) - (tookMs[other] ?? 0)),
    },
    limitMs,
  );
  return failure === undefined ? "Survived" : "Killed";
}

/** The program that runs the tests, as JavaScript. */
async function builtRunner(): Promise<string> {
  const outfile = resolve(folder, "triedTests.mjs");
  await build({
    entryPoints: ["scripts/mutation/triedTests.ts"],
    ...{ outfile, bundle: true, platform: "node", format: "esm" },
    logLevel: "warning",
  });
  return outfile;
}

async function byFile(
  mutants: readonly NamedMutant[],
  statuses: ReadonlyMap<string, Status>,
): Promise<MutationReport["files"]> {
  const files: Record<string, MutationReport["files"][string]> = {};
  // The instrumenter counts lines and columns from 0.
  const at = ({ line, column }: NamedMutant["location"]["start"]) => ({ line: line + 1, column: column + 1 });
  for (const path of new Set(mutants.map(({ fileName }) => fileName))) {
    const here = mutants.filter(({ fileName }) => fileName === path);
    files[path.slice(process.cwd().length + 1).replaceAll("\\", "/")] = {
      source: await readFile(path, "utf8"),
      mutants: here.map(({ id, mutatorName, replacement, location: { start, end } }) => ({
        ...{ mutatorName, replacement, location: { start: at(start), end: at(end) } },
        status: statuses.get(id) ?? "Ignored",
      })),
    };
  }
  return files;
}
