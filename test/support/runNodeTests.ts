import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "node:test";
import { bulk } from "./bulk.ts";
import { TestReport, type TestResults } from "./testReport.ts";

/**
 * Who runs the files: a few processes that take one file after the other, a process for each file with several beside
 * each other, or a process for each file and one at a time.
 */
export type Processes = "shared" | "oneEach" | "oneByOne";

/** A file that takes longer hangs. */
const fileTimeoutMs = bulk(6_000_000);

/**
 * Runs test files, with a line for each test as it ends and failures with their reason. A file without a test fails.
 *
 * The processes get the arguments this one was started with, `--import tsx` among them.
 */
export async function runNodeTests(
  files: readonly string[],
  print: (text: string) => void,
  processes: Processes,
): Promise<TestResults> {
  const shared = processes === "shared";
  const folder = mkdtempSync(join(tmpdir(), "gateway-connect-tests-"));
  try {
    const report = new TestReport(files, print, shared);
    const started = shared ? queueEntries(files, folder) : [...files];
    const concurrency = processes === "oneByOne" ? 1 : availableParallelism();
    const timeout = shared ? files.length * fileTimeoutMs : fileTimeoutMs;
    for await (const event of run({ files: started, concurrency, timeout })) report.take(event);
    return report.end();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * A program for each process that shares the files with others. The largest files come first: they tend to take
 * longest, and nobody should wait for one that began last.
 */
function queueEntries(files: readonly string[], folder: string): string[] {
  const taken = join(folder, "taken");
  mkdirSync(taken);
  const size = new Map(files.map((file) => [file, statSync(file).size]));
  const queue = [...files].sort((a, b) => (size.get(b) ?? 0) - (size.get(a) ?? 0));
  const module = new URL("./testQueue.ts", import.meta.url).href;
  const program = `import { runQueue } from ${JSON.stringify(module)};
await runQueue(${JSON.stringify(queue)}, ${JSON.stringify(taken)}, ${fileTimeoutMs});
`;
  return Array.from({ length: Math.min(availableParallelism(), files.length) }, (_, number) => {
    const entry = join(folder, `process ${number + 1}.mjs`);
    writeFileSync(entry, program);
    return entry;
  });
}
