import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { SuiteEvent } from "./ide/inside/suite.ts";
import { type Processes, runNodeTests } from "./support/runNodeTests.ts";
import { Output } from "./support/suites/output.ts";
import { runOptions, Usage } from "./support/suites/runOptions.ts";
import { type SuiteResults, sumOf, together, withSecondTry } from "./support/suites/secondTry.ts";
import { takeTemporaryFolder } from "./support/suites/temporaryFolders.ts";
import type { Counts, TestResults } from "./support/testReport.ts";
import { ideEventText, runIdeSuite } from "./support/vscode/ideSuite.ts";
import { installForRun } from "./support/vscode/installedExtensions.ts";
import { ofEverySystem, runWindowsTests } from "./support/windows/runWindowsTests.ts";

/**
 * `npm test`: every suite, then the reasons of what failed, one table and one line. An editor waits more than it works, and so
 * does a keychain, so the suites that drive one run beside the others, and what they say comes when the others have ended.
 *
 * `npm test -- --help` says how to run a part of it; for `--bulk` see `support/bulk.ts`. A suite that cannot run counts as a
 * failure: silence is not success.
 */
interface Suite {
  readonly name: string;
  readonly what: string;
  readonly needsBuild?: true;
  /** Runs while the suites run that are not. */
  readonly isBeside?: true;
  readonly exists: () => boolean;
  /** All of its files, where it is made of files. */
  readonly files: () => readonly string[];
  /** @param others ended when no suite runs beside this one any more */
  run(files: readonly string[], output: Output, others: Promise<unknown>): Promise<SuiteResults>;
}

interface Outcome extends SuiteResults {
  readonly suite: Suite;
  readonly seconds: number;
}

const suites: readonly Suite[] = [
  nodeSuite("unit", "decisions, on plain data", "test/unit", { processes: "shared" }),
  nodeSuite("flows", "real HTTP and processes against the sandbox", "test/flows", {
    needsBuild: true,
    processes: "shared",
  }),
  nodeSuite("world", "other people's servers, against what ships", "test/world", {
    needsBuild: true,
    processes: "shared",
  }),
  nodeSuite("conformance", "the protocols' own suites", "test/conformance", { needsBuild: true }),
  nodeSuite("keychain", "the keychain of this system, on Linux a Secret Service of its own", "test/keychain", {
    needsBuild: true,
    isBeside: true,
    // They install what they need, which two cannot at a time.
    processes: "oneByOne",
  }),
  nodeSuite("bundles", "what the VSIX ships", "test/bundles", {
    needsBuild: true,
    processes: "shared",
    // They move the timers of a window, which connections of other files may wait for.
    alone: ["test/bundles/extensionView.test.ts", "test/bundles/parts.test.ts"],
  }),
  {
    name: "windows",
    what: "the programs in Windows' own Node, under Wine where this is not Windows",
    needsBuild: true,
    exists: () => true,
    files: () => [...testFiles("test/windows"), ...ofEverySystem()],
    run: async (files, { print, say }) => counted(await runWindowsTests(files, print, say)),
  },
  {
    name: "ide",
    what: "inside the extension host of a real VS Code",
    needsBuild: true,
    isBeside: true,
    exists: () => true,
    files: () => [],
    run: async (_files, output) => await ideSuite(output),
  },
  nodeSuite("hosts", "hosts' own programs, with the entries that we write", "test/hosts", {
    needsBuild: true,
    isBeside: true,
    processes: "oneByOne",
  }),
  {
    name: "end-to-end",
    what: "VS Code driven as a person would",
    needsBuild: true,
    isBeside: true,
    exists: () => true,
    files: () => testFiles("test/ide"),
    run: async (files, { print, say }, others) => {
      const remove = await installForRun(say);
      // One at a time, since each takes the ports that people register.
      const run = (file: string) => runNodeTests([file], print, "oneByOne");
      return counted(await withSecondTry(files, run, { others, say }).finally(remove));
    },
  },
];

const { suites: chosen, bulk } = chooseSuites();
const left = takeTemporaryFolder();
if (bulk) {
  process.env.TEST_BULK = "1";
  process.env.TEST_SEED ??= String(randomInt(2 ** 31));
  console.log(`in bulk; the same again with TEST_SEED=${process.env.TEST_SEED}`);
}
const needsBuild = chosen.some(({ suite }) => suite.needsBuild);
const build = needsBuild ? await attempt(() => script("scripts/build.ts")) : undefined;
if (needsBuild && !build) process.env.TEST_BUILT = "1";
summarise(await runAll());

async function runAll(): Promise<readonly Outcome[]> {
  const beside = chosen.filter(({ suite }) => suite.isBeside);
  const others = chosen.filter(({ suite }) => !suite.isBeside);
  const held = new Output(others.length > 0);
  const first = inTurn(others, new Output(false));
  const later = inTurn(beside, held, first);
  const outcomes = await first;
  held.release();
  return [...outcomes, ...(await later)];
}

async function inTurn(
  parts: typeof chosen,
  output: Output,
  others: Promise<unknown> = Promise.resolve(),
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const part of parts) outcomes.push(await runSuite(part, output, others));
  return outcomes;
}

function chooseSuites() {
  try {
    return runOptions(process.argv.slice(2), suites);
  } catch (error) {
    if (!(error instanceof Usage)) throw error;
    (error.code === 0 ? console.log : console.error)(error.message);
    process.exit(error.code);
  }
}

async function runSuite(
  { suite, files }: (typeof chosen)[number],
  output: Output,
  others: Promise<unknown>,
): Promise<Outcome> {
  output.line(`\n${suite.name}: ${suite.what}`);
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const nothing = { passed: 0, failed: 1, skipped: 0, failures: [] };
  if (suite.needsBuild && build) {
    output.say(`could not run: the build failed (${build.message.split("\n")[0]})`);
    return { suite, seconds: 0, ...nothing, remark: "could not run: the build failed" };
  }
  try {
    return { suite, ...(await suite.run(files, output, others)), seconds: seconds() };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    output.say(`could not run: ${why.replaceAll("\n", "\n    ")}`);
    return { suite, seconds: seconds(), ...nothing, remark: `could not run: ${why.split("\n")[0]}` };
  }
}

function summarise(outcomes: readonly Outcome[]): void {
  const failures = outcomes.flatMap((outcome) => outcome.failures);
  if (failures.length > 0) console.log(`\nwhat failed\n\n${failures.join("\n")}`);
  console.log(`\n${row("suite", "passed", "failed", "skipped", "seconds")}`);
  for (const { suite, passed, failed, skipped, seconds, remark } of outcomes) {
    console.log(row(suite.name, passed, failed, skipped, seconds) + (remark ? `   ${remark}` : ""));
  }
  if (failures.length > 0 && process.env.TEST_BULK)
    console.log(`\nthe same again with TEST_SEED=${process.env.TEST_SEED}`);
  const sum = (field: keyof Counts) => sumOf(outcomes, field);
  // Of a suite that runs in this process: those of the others have answered for what they left.
  const behind = sum("failed") === 0 ? left() : [];
  if (behind.length > 0) console.log(`\nleft in the temporary folder: ${behind.join(", ")}`);
  process.exitCode = sum("failed") > 0 || sum("passed") === 0 || behind.length > 0 ? 1 : 0;
  console.log(`\n${sum("passed")} passed, ${sum("failed")} failed, ${sum("skipped")} skipped`);
}

function row(name: string, ...cells: readonly (string | number)[]): string {
  return name.padEnd(12) + cells.map((cell) => String(cell).padStart(9)).join("");
}

interface NodeSuite extends Pick<Suite, "needsBuild" | "isBeside"> {
  readonly processes?: Processes;
  /** The files that need a process for themselves where others share theirs. */
  readonly alone?: readonly string[];
}

/** A folder of `*.test.ts` files, run by node's own test runner. */
function nodeSuite(
  name: string,
  what: string,
  folder: string,
  { processes = "oneEach", alone = [], ...more }: NodeSuite = {},
): Suite {
  const files = () => testFiles(folder);
  const exists = () => files().length > 0;
  const run: Suite["run"] = async (some, { print }) => {
    const parts = [
      [some.filter((file) => !alone.includes(file)), processes],
      [some.filter((file) => alone.includes(file)), "oneEach"],
    ] as const;
    const results: TestResults[] = [];
    for (const [part, how] of parts) if (part.length > 0) results.push(await runNodeTests(part, print, how));
    return counted(together(results));
  };
  return { name, what, ...more, exists, files, run };
}

function testFiles(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts"))
    .sort()
    .map((file) => join(folder, file));
}

/** @throws Error where nothing was tested */
function counted<Results extends TestResults>(results: Results): Results {
  const { passed, failed, skipped } = results;
  if (passed + failed + skipped === 0) throw new Error("no test was found in its files");
  return results;
}

async function ideSuite({ line, say }: Output): Promise<TestResults> {
  let counts: Counts | undefined;
  const failures: string[] = [];
  const onEvent = (event: SuiteEvent) => {
    const text = ideEventText(event);
    if (text) line(text);
    if (event.kind === "failed")
      failures.push(`${event.name}\n        ${event.error.replaceAll("\n", "\n        ")}\n`);
    if (event.kind === "ended") counts = { passed: event.passed, failed: event.failed, skipped: event.skipped };
  };
  await runIdeSuite(onEvent, say);
  if (!counts || counts.passed + counts.failed === 0) throw new Error("no test ran inside VS Code");
  return { ...counts, failures };
}

async function script(file: string): Promise<void> {
  await new Promise<void>((done, failed) => {
    const child = spawn(process.execPath, ["--import", "tsx", file], { stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", failed);
    child.on("close", (code) => (code === 0 ? done() : failed(new Error(`${file} ended with ${code}`))));
  });
}

async function attempt(act: () => Promise<void>): Promise<Error | undefined> {
  try {
    await act();
    return undefined;
  } catch (cause) {
    return cause as Error;
  }
}
