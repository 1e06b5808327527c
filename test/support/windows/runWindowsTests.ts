import { spawn } from "node:child_process";
import { openSync, readFileSync, rmSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { build } from "esbuild";
import { commonJsInEsm } from "../../../scripts/commonJsInEsm.ts";
import { runNodeTests } from "../runNodeTests.ts";
import { type SuiteResults, withSecondTry } from "../suites/secondTry.ts";
import { makeTemporaryFolder } from "../temporaryFolder.ts";
import { TestReport, type TestResults } from "../testReport.ts";
import type { Progress } from "../vscode/installOnce.ts";
import { type Wine, type WinePrefix, wineInstallation } from "./wine.ts";

/** A file that takes longer hangs. */
const fileTimeoutMs = 150_000;
/** Each takes a processor for itself while its programs start. */
const filesAtOnce = 2;

/** Programs of the tests, which the other suites make when they need them. */
const testPrograms = [
  "test/support/standalone/browserByHttp.ts",
  "test/support/otherProcesses/hostFileWriter.ts",
  "test/support/otherProcesses/jsonWriter.ts",
  "test/support/otherProcesses/lockHolder.ts",
];

/** Tests of other suites that say what holds on every system; on Windows itself they run in their own. */
export const ofEverySystem = (): readonly string[] => (process.platform === "win32" ? [] : everySystem);

const everySystem = [
  "test/flows/bridge.test.ts",
  "test/unit/node/bridge/relaySocket.test.ts",
  "test/unit/node/hostFiles/changeFile.test.ts",
  "test/unit/node/hostFiles/findHostFiles.test.ts",
  "test/unit/node/redirect/loopbackRedirect.test.ts",
  "test/unit/node/redirect/openBrowser.test.ts",
  "test/unit/node/secrets/credentialPlaces.test.ts",
  "test/unit/system/fileLock.test.ts",
  "test/unit/system/jsonFile.test.ts",
];

/**
 * Runs test files with Windows' own Node: under Windows as they are, elsewhere as bundles under Wine.
 *
 * @throws Error where there is neither Windows nor a Wine to be had
 */
export async function runWindowsTests(
  files: readonly string[],
  print: (text: string) => void,
  progress: Progress,
): Promise<SuiteResults> {
  if (process.platform === "win32") return await runNodeTests(files, print, "oneEach");
  const wine = await wineInstallation(progress);
  progress(`Windows' Node under ${wine.version}`);
  const folder = makeTemporaryFolder("gateway-connect-windows");
  const prefix = await wine.fresh();
  try {
    await bundle(files, join(folder, "tests"), bundleName);
    await bundle(testPrograms, join(folder, "programs"), (source) => basename(source, ".ts"));
    const run = async (file: string): Promise<TestResults> => {
      const report = new TestReport([file], print);
      for (const event of await runFile(file, folder, { wine, prefix })) report.take(event);
      return report.end();
    };
    return await withSecondTry(files, run, { atOnce: filesAtOnce, say: progress });
  } finally {
    await prefix.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

type TestEvent = Parameters<TestReport["take"]>[0];

/** Runs one file to its end and gives what happened in it, and at last what became of the file itself. */
async function runFile(
  file: string,
  folder: string,
  { wine, prefix }: { readonly wine: Wine; readonly prefix: WinePrefix },
): Promise<readonly TestEvent[]> {
  const name = bundleName(file);
  const output = join(folder, `${name}.output`);
  const events = join(folder, `${name}.events`);
  const reporter = resolve("test/support/windows/eventReporter.mjs");
  // With a pipe as its standard output, node.exe does not start under Wine.
  const out = openSync(output, "w");
  const args = [
    "--enable-source-maps",
    `--test-reporter=file:///Z:${reporter}`,
    `--test-reporter-destination=${windowsPath(events)}`,
    windowsPath(join(folder, "tests", `${name}.mjs`)),
  ];
  const child = spawn("wine", [wine.node, ...args], {
    stdio: ["ignore", out, out],
    env: {
      ...prefix.env,
      NODE_OPTIONS: `--require Z:${resolve("test/support/windows/wineShim.cjs")}`,
      TEST_PROGRAMS: windowsPath(join(folder, "programs")),
      TEST_UNDER_WINE: wine.version,
    },
  });
  let running: readonly string[] = [];
  const hangs = setTimeout(() => {
    running = prefix.running();
    child.kill("SIGKILL");
  }, fileTimeoutMs);
  const code = await new Promise<number | null>((done, fail) => {
    child.once("error", fail);
    child.once("exit", done);
  });
  clearTimeout(hangs);
  const happened = readEvents(events).map((event) => inFile(event, file));
  const hasFailure = happened.some(({ type }) => type === "test:fail");
  if (code === 0 || (hasFailure && code === 1)) return [...happened, endOfFile(file, undefined)];
  const how = code === null ? `was ended after ${fileTimeoutMs / 1000} s` : `ended with ${code}`;
  const open = happened.findLast(({ type }) => type === "test:dequeue")?.data as { readonly name?: string } | undefined;
  const said = [readFileSync(output, "utf8").slice(-4000), ...running.map((line) => `ran then: ${line}`)].join("\n");
  return [...happened, endOfFile(file, `it ${how}, in "${open?.name ?? "nothing yet"}"\n${said}`)];
}

function readEvents(path: string): readonly TestEvent[] {
  try {
    const lines = readFileSync(path, "utf8").split("\n");
    return lines.filter((line) => line.endsWith("}")).map((line) => JSON.parse(line, reviveError) as TestEvent);
  } catch {
    return [];
  }
}

const reviveError = (_key: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && "isError" in value ? Object.assign(new Error(), value) : value;

const inFile = (event: TestEvent, file: string) => ({ ...event, data: { ...event.data, file } }) as TestEvent;

function endOfFile(file: string, problem: string | undefined): TestEvent {
  const details = {
    duration_ms: 0,
    ...(problem !== undefined && { error: Object.assign(new Error(), { stack: problem }) }),
  };
  const data = { name: resolve(file), nesting: 0, testNumber: 0, file, details };
  return { type: problem === undefined ? "test:pass" : "test:fail", data } as unknown as TestEvent;
}

/** The files of this system are on a drive of Wine's own. */
const windowsPath = (path: string): string => `Z:${path.replaceAll("/", "\\")}`;

/** Tests of several suites may have the same name. */
const bundleName = (file: string): string => file.replace(/\.ts$/, "").replace(/[/\\]/g, "-");

async function bundle(sources: readonly string[], outdir: string, nameOf: (source: string) => string): Promise<void> {
  await build({
    entryPoints: sources.map((source) => ({ in: source, out: nameOf(source) })),
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    mainFields: ["module", "main"],
    // oidc-provider tells its models and errors apart by the names of their classes.
    keepNames: true,
    sourcemap: "inline",
    sourcesContent: false,
    logLevel: "error",
    banner: { js: commonJsInEsm },
  });
}
