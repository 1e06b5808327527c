import { mkdirSync, mkdtempSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "node:test";
import { bulk } from "./bulk.ts";
import { removeFolder } from "./removeFolder.ts";
import { leftIn, temporaryFolderIn, temporaryVariables } from "./suites/temporaryFolders.ts";
import { whoMade } from "./suites/whoMade.ts";
import { TestReport, type TestResults } from "./testReport.ts";

/**
 * Who runs the files: a few processes that take one file after the other, a process for each file with several beside
 * each other, or a process for each file and one at a time.
 */
export type Processes = "shared" | "oneEach" | "oneByOne";

/** A file that takes longer hangs. */
const fileTimeoutMs = bulk(6_000_000);

/**
 * Runs test files, with a line for each test as it ends and failures with their reason. A file without a test fails, and so
 * does one that passed and left something in the temporary folder, of which each process has one.
 *
 * The processes get the arguments this one was started with, `--import tsx` among them.
 */
export async function runNodeTests(
  files: readonly string[],
  print: (text: string) => void,
  processes: Processes,
): Promise<TestResults> {
  const shared = processes === "shared";
  const folder = mkdtempSync(join(tmpdir(), "r"));
  try {
    const report = new TestReport(files, print);
    const queues = shared
      ? sharedQueues(files, folder)
      : files.map((file, number) => queue([file], folder, number + 1));
    const concurrency = processes === "oneByOne" ? 1 : availableParallelism();
    const timeout = shared ? files.length * fileTimeoutMs : fileTimeoutMs;
    const started = { files: queues.map(({ entry }) => entry), concurrency, timeout };
    for await (const event of run(started)) report.take(event);
    report.left(new Map(queues.flatMap(leftBy)));
    return report.end();
  } finally {
    removeFolder(folder);
  }
}

interface Queue {
  /** The program of a process that runs its files. */
  readonly entry: string;
  /** The process's temporary folder. */
  readonly temporary: string;
  /** What it says of its files, see `runQueue`. */
  readonly taken: string;
}

/**
 * A queue for all processes that share the files. The largest files come first: they tend to take longest, and nobody
 * should wait for one that began last.
 */
function sharedQueues(files: readonly string[], folder: string): Queue[] {
  const size = new Map(files.map((file) => [file, statSync(file).size]));
  const sorted = [...files].sort((a, b) => (size.get(b) ?? 0) - (size.get(a) ?? 0));
  const taken = join(folder, "taken");
  const count = Math.min(availableParallelism(), files.length);
  return Array.from({ length: count }, (_, number) => queue(sorted, folder, number + 1, taken));
}

/** What is left in the temporary folder of a process, with the file that made it. */
function leftBy({ temporary, taken }: Queue): readonly (readonly [string, string | undefined])[] {
  const makers = whoMade(taken);
  return leftIn(temporary).map((name) => [name, makers.get(name)]);
}

function queue(
  files: readonly string[],
  folder: string,
  number: number,
  taken = join(folder, `taken ${number}`),
): Queue {
  mkdirSync(taken, { recursive: true });
  // A socket's path has few characters.
  const temporary = temporaryFolderIn(folder, String(number));
  const entry = join(folder, `process ${number}.mjs`);
  const module = new URL("./testQueue.ts", import.meta.url).href;
  // Its modules may look for the temporary folder as they are loaded.
  const program = `Object.assign(process.env, ${JSON.stringify(temporaryVariables(temporary))});
const { runQueue } = await import(${JSON.stringify(module)});
await runQueue(${JSON.stringify(files)}, ${JSON.stringify(taken)}, ${fileTimeoutMs});
`;
  writeFileSync(entry, program);
  return { entry, temporary, taken };
}
