import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { SuiteEvent } from "./ide/inside/suite.ts";
import { type Processes, runNodeTests } from "./support/runNodeTests.ts";
import type { Counts, TestResults } from "./support/testReport.ts";
import { ideEventText, runIdeSuite } from "./support/vscode/ideSuite.ts";
import { runWindowsTests } from "./support/windows/runWindowsTests.ts";

/**
 * `npm test`: every suite one after the other, then once more what failed, one table and one line.
 *
 * `--only unit,flows` runs some of them, `--without windows` leaves some out, `--bulk` does in full what is else done as a sample, see `support/bulk.ts`. A
 * suite that cannot run counts as a failure: silence is not success.
 */
interface Suite {
  readonly name: string;
  readonly what: string;
  readonly needsBuild?: true;
  /** Not there yet is not a failure for a suite that is only a folder of test files. */
  readonly exists: () => boolean;
  run(): Promise<TestResults>;
}

interface Outcome extends TestResults {
  readonly suite: Suite;
  readonly seconds: number;
  readonly couldNotRun?: string;
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
    // They install what they need, which two cannot at a time.
    processes: "oneByOne",
  }),
  nodeSuite("bundles", "what the VSIX ships", "test/bundles", { needsBuild: true }),
  {
    name: "windows",
    what: "the programs in Windows' own Node, under Wine where this is not Windows",
    needsBuild: true,
    exists: () => true,
    run: async () => counted(await runWindowsTests(testFiles("test/windows"), printed, said)),
  },
  {
    name: "ide",
    what: "inside the extension host of a real VS Code",
    needsBuild: true,
    exists: () => true,
    run: ideSuite,
  },
  nodeSuite("hosts", "hosts' own programs, with the entries that we write", "test/hosts", {
    needsBuild: true,
    processes: "oneByOne",
  }),
  // Each takes a whole VS Code, and the port that people register.
  nodeSuite("end-to-end", "VS Code driven as a person would", "test/ide", { needsBuild: true, processes: "oneByOne" }),
];

const printed = (text: string) => void process.stdout.write(text);
const said = (line: string) => console.log(`  ${line}`);

const chosen = chooseSuites();
if (process.argv.includes("--bulk")) {
  process.env.TEST_BULK = "1";
  process.env.TEST_SEED ??= String(randomInt(2 ** 31));
  console.log(`in bulk; the same again with TEST_SEED=${process.env.TEST_SEED}`);
}
const outcomes: Outcome[] = [];
const needsBuild = chosen.some((suite) => suite.needsBuild);
const build = needsBuild ? await attempt(() => script("scripts/build.ts")) : undefined;
if (needsBuild && !build) process.env.TEST_BUILT = "1";
for (const suite of chosen) outcomes.push(await runSuite(suite));
summarise();

function chooseSuites(): readonly Suite[] {
  const only = namesAfter("--only");
  const without = namesAfter("--without") ?? [];
  return suites.filter(({ name, exists }) => (only?.includes(name) ?? exists()) && !without.includes(name));
}

function namesAfter(option: string): readonly string[] | undefined {
  const at = process.argv.indexOf(option);
  if (at < 0) return undefined;
  const names = (process.argv[at + 1] ?? "").split(",");
  const unknown = names.filter((name) => !suites.some((suite) => suite.name === name));
  if (unknown.length === 0) return names;
  console.error(`no suite is called ${unknown.join(", ")}; there are ${suites.map((suite) => suite.name).join(", ")}`);
  process.exit(2);
}

async function runSuite(suite: Suite): Promise<Outcome> {
  console.log(`\n${suite.name}: ${suite.what}`);
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const nothing = { passed: 0, failed: 1, skipped: 0, failures: [] };
  if (suite.needsBuild && build) {
    console.log(`  could not run: the build failed (${build.message.split("\n")[0]})`);
    return { suite, seconds: 0, ...nothing, couldNotRun: "the build failed" };
  }
  try {
    return { suite, ...(await suite.run()), seconds: seconds() };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    console.log(`  could not run: ${why.replaceAll("\n", "\n    ")}`);
    return { suite, seconds: seconds(), ...nothing, couldNotRun: why.split("\n")[0] ?? "" };
  }
}

function summarise(): void {
  const failures = outcomes.flatMap((outcome) => outcome.failures);
  if (failures.length > 0) console.log(`\nwhat failed\n\n${failures.join("\n")}`);
  console.log(`\n${row("suite", "passed", "failed", "skipped", "seconds")}`);
  for (const { suite, passed, failed, skipped, seconds, couldNotRun } of outcomes) {
    console.log(
      row(suite.name, passed, failed, skipped, seconds) + (couldNotRun ? `   could not run: ${couldNotRun}` : ""),
    );
  }
  if (failures.length > 0 && process.env.TEST_BULK)
    console.log(`\nthe same again with TEST_SEED=${process.env.TEST_SEED}`);
  const sum = (field: keyof Counts) => outcomes.reduce((total, outcome) => total + outcome[field], 0);
  process.exitCode = sum("failed") > 0 || sum("passed") === 0 ? 1 : 0;
  console.log(`\n${sum("passed")} passed, ${sum("failed")} failed, ${sum("skipped")} skipped`);
}

function row(name: string, ...cells: readonly (string | number)[]): string {
  return name.padEnd(12) + cells.map((cell) => String(cell).padStart(9)).join("");
}

/** A folder of `*.test.ts` files, run by node's own test runner. */
function nodeSuite(
  name: string,
  what: string,
  folder: string,
  { processes = "oneEach", ...more }: { readonly needsBuild?: true; readonly processes?: Processes } = {},
): Suite {
  const files = () => testFiles(folder);
  const exists = () => files().length > 0;
  return { name, what, ...more, exists, run: async () => counted(await runNodeTests(files(), printed, processes)) };
}

function testFiles(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts"))
    .sort()
    .map((file) => join(folder, file));
}

/** @throws Error where nothing was tested */
function counted(results: TestResults): TestResults {
  const { passed, failed, skipped } = results;
  if (passed + failed + skipped === 0) throw new Error("no test was found in its files");
  return results;
}

async function ideSuite(): Promise<TestResults> {
  let counts: Counts | undefined;
  const failures: string[] = [];
  const onEvent = (event: SuiteEvent) => {
    const text = ideEventText(event);
    if (text) console.log(text);
    if (event.kind === "failed")
      failures.push(`${event.name}\n        ${event.error.replaceAll("\n", "\n        ")}\n`);
    if (event.kind === "ended") counts = { passed: event.passed, failed: event.failed, skipped: event.skipped };
  };
  await runIdeSuite(onEvent, said);
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
