import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { run } from "node:test";

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

export interface TestResults extends Counts {
  /** What failed: its file and name, and under them the reason. */
  readonly failures: string[];
}

/**
 * Who runs the files: a few processes that take one file after the other, a process for each file with several beside
 * each other, or a process for each file and one at a time.
 */
export type Processes = "shared" | "oneEach" | "oneByOne";

/** A process that takes longer hangs. */
const processTimeoutMs = 600_000;

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
  const folder = mkdtempSync(join(tmpdir(), "gateway-connect-tests-"));
  try {
    const shared = processes === "shared";
    const started = shared ? queueEntries(files, folder) : [...files];
    const concurrency = processes === "oneByOne" ? 1 : availableParallelism();
    const events = run({ files: started, concurrency, timeout: processTimeoutMs });
    return await tell(events, { files, print, shared });
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
  const module = new URL("./testQueue.ts", import.meta.url).href;
  const size = new Map(files.map((file) => [file, statSync(file).size]));
  const queue = [...files].sort((a, b) => (size.get(b) ?? 0) - (size.get(a) ?? 0));
  const program = `import { runQueue } from ${JSON.stringify(module)};
await runQueue(${JSON.stringify(queue)}, ${JSON.stringify(taken)});
`;
  return Array.from({ length: Math.min(availableParallelism(), files.length) }, (_, number) => {
    const entry = join(folder, `process ${number + 1}.mjs`);
    writeFileSync(entry, program);
    return entry;
  });
}

interface Telling {
  readonly files: readonly string[];
  readonly print: (text: string) => void;
  /** Whether each file ends with a test of its own path, see `runQueue`; else only a file without a test has one. */
  readonly shared: boolean;
}

async function tell(events: ReturnType<typeof run>, { files, print, shared }: Telling): Promise<TestResults> {
  const counts: TestResults = { passed: 0, failed: 0, skipped: 0, failures: [] };
  const paths = new Set(files.map((file) => resolve(file)));
  let shown = "";
  let inThisFile = 0;
  for await (const event of events) {
    if (event.type === "test:stderr") print(indent(event.data.message));
    // What happens after a test's end fails its process; only the diagnostics say what it was.
    if (event.type === "test:diagnostic" && /^(Error|Warning): /.test(event.data.message))
      print(indent(`${event.data.message}\n`));
    if (event.type !== "test:pass" && event.type !== "test:fail") continue;
    const { data } = event;
    if (data.details.type === "suite") continue;
    // A process that came too late for any file has nothing to say.
    if (shared && event.type === "test:pass" && data.name === data.file) continue;
    const isEnd = data.nesting === 0 && paths.has(resolve(data.name));
    const file = relative(process.cwd(), isEnd ? data.name : (data.file ?? ""));
    const isEmpty = isEnd && event.type === "test:pass" && !(shared && inThisFile > 0);
    inThisFile = isEnd ? 0 : inThisFile + 1;
    if (isEnd && event.type === "test:pass" && !isEmpty) continue;
    if (file !== shown) print(`  ${file}\n`);
    shown = file;
    const inner = "  ".repeat(data.nesting + 2);
    const ms = `${Math.round(data.details.duration_ms)} ms`;
    const name = isEnd ? "the file itself" : data.name;
    const fail = (why: string) => {
      counts.failed += 1;
      counts.failures.push(`${file}: ${name}\n${why}`);
      print(`${inner}✗ ${name} (${ms})\n${why}`);
    };
    if (data.skip !== undefined || data.todo !== undefined) {
      counts.skipped += 1;
      const why =
        [data.skip, data.todo].find((given) => typeof given === "string" && given !== "") ?? "no reason given";
      print(`${inner}- ${name} (skipped: ${why})\n`);
    } else if (isEmpty) {
      fail(indent("it holds no test\n"));
    } else if (event.type === "test:pass") {
      counts.passed += 1;
      print(`${inner}✓ ${name} (${ms})\n`);
    } else if (failureType(event.data.details.error) !== "subtestsFailed") {
      // A test around tests fails with them; only the ones inside say something.
      fail(indent(reason(event.data.details.error)));
    }
  }
  return counts;
}

function failureType(error: Error): string | undefined {
  return (error as { failureType?: string }).failureType;
}

function reason(error: Error): string {
  const cause = error.cause instanceof Error ? error.cause : error;
  return `${cause.stack ?? cause.message}\n`;
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, "        ");
}
