import { relative, resolve } from "node:path";
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

/** A file that takes longer hangs. */
const fileTimeoutMs = 600_000;

/**
 * Runs test files, each in a process of its own, with a line for each test as it ends and failures with their reason.
 *
 * @param concurrency whether files run beside each other
 *
 * The processes get the arguments this one was started with, `--import tsx` among them.
 */
export async function runNodeTests(
  files: readonly string[],
  print: (text: string) => void,
  concurrency = true,
): Promise<TestResults> {
  const counts: TestResults = { passed: 0, failed: 0, skipped: 0, failures: [] };
  let shown = "";
  for await (const event of run({ files: [...files], concurrency, timeout: fileTimeoutMs })) {
    if (event.type === "test:stderr") print(indent(event.data.message));
    if (event.type !== "test:pass" && event.type !== "test:fail") continue;
    const { data } = event;
    if (data.details.type === "suite") continue;
    const file = data.file ? relative(process.cwd(), data.file) : "";
    // A file that only ran is reported as a passed test of its own name; it promises nothing, so it counts as nothing.
    if (event.type === "test:pass" && resolve(data.name) === data.file) continue;
    if (file !== shown) print(`  ${file}\n`);
    shown = file;
    const inner = "  ".repeat(data.nesting + 2);
    const ms = `${Math.round(data.details.duration_ms)} ms`;
    if (data.skip !== undefined || data.todo !== undefined) {
      counts.skipped += 1;
      const why =
        [data.skip, data.todo].find((given) => typeof given === "string" && given !== "") ?? "no reason given";
      print(`${inner}- ${data.name} (skipped: ${why})\n`);
    } else if (event.type === "test:pass") {
      counts.passed += 1;
      print(`${inner}✓ ${data.name} (${ms})\n`);
    } else if (failureType(event.data.details.error) !== "subtestsFailed") {
      // A test around tests fails with them; only the ones inside say something.
      counts.failed += 1;
      const why = indent(reason(event.data.details.error));
      counts.failures.push(`${file}: ${data.name}\n${why}`);
      print(`${inner}✗ ${data.name} (${ms})\n${why}`);
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
