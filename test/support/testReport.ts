import { relative, resolve } from "node:path";
import type { run } from "node:test";

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

export interface TestResults extends Counts {
  /** What failed: its file and name, and under them the reason. */
  readonly failures: string[];
}

type TestEvent = ReturnType<typeof run> extends AsyncIterable<infer Event> ? Event : never;
type Ended = Extract<TestEvent, { readonly type: "test:pass" | "test:fail" }>;

/** Says a line for each test as it ends, and counts. */
export class TestReport {
  readonly #counts: TestResults = { passed: 0, failed: 0, skipped: 0, failures: [] };
  readonly #files: ReadonlySet<string>;
  readonly #ended = new Set<string>();
  readonly #print: (text: string) => void;
  #shown = "";
  #testsInFile = 0;

  /** @param files each of which ends with a test of its own path, see `runQueue` */
  constructor(files: readonly string[], print: (text: string) => void) {
    this.#files = new Set(files.map((file) => resolve(file)));
    this.#print = print;
  }

  take(event: TestEvent): void {
    const { type, data } = event;
    if (type === "test:stderr") this.#print(indent(data.message));
    // What happens after a test's end fails its process; only the diagnostics say what it was.
    if (type === "test:diagnostic" && /^(Error|Warning): /.test(data.message)) this.#print(indent(`${data.message}\n`));
    if (type !== "test:pass" && type !== "test:fail") return;
    const { name, nesting } = event.data;
    if (event.data.details.type === "suite") return;
    if (nesting === 0 && this.#files.has(resolve(name))) this.#fileEnded(resolve(name), event);
    else if (name === event.data.file) this.#processEnded(event);
    else this.#testEnded(event);
  }

  /**
   * What is left in the temporary folders when all files have passed: a test that failed may have had no chance to remove
   * what it made.
   *
   * @param left by name, the file that made it, where that is known
   */
  left(left: ReadonlyMap<string, string | undefined>): void {
    if (this.#counts.failed > 0) return;
    for (const file of new Set(left.values())) {
      const names = [...left.keys()].filter((name) => left.get(name) === file);
      this.#fail(resolve(file ?? "."), "the file itself", `it left in the temporary folder: ${names.join(", ")}\n`);
    }
  }

  /** What there was. A file that did not come to its end, since its process did not, has failed. */
  end(): TestResults {
    const lost = [...this.#files].filter((path) => !this.#ended.has(path));
    for (const path of lost) this.#fail(path, "the file itself", "it did not come to its end\n");
    return this.#counts;
  }

  #fileEnded(path: string, event: Ended): void {
    const isEmpty = this.#testsInFile === 0;
    this.#testsInFile = 0;
    this.#ended.add(path);
    if (event.type === "test:fail") {
      const { error } = event.data.details;
      if (failureType(error) !== "subtestsFailed") this.#fail(path, "the file itself", reason(error));
    } else if (isEmpty) this.#fail(path, "the file itself", "it holds no test\n");
  }

  /** One that passed has nothing to say where it came too late for any file. What comes next is of another one, and of another file. */
  #processEnded(event: Ended): void {
    if (event.type === "test:fail") this.#testEnded(event);
    this.#testsInFile = 0;
  }

  #testEnded(event: Ended): void {
    const { name, nesting, file = "", details, skip, todo } = event.data;
    this.#testsInFile += 1;
    const ms = `${Math.round(details.duration_ms)} ms`;
    if (skip !== undefined || todo !== undefined) {
      this.#counts.skipped += 1;
      const why = [skip, todo].find((given) => typeof given === "string" && given !== "") ?? "no reason given";
      this.#line(file, nesting, `- ${name} (skipped: ${why})`);
    } else if (event.type === "test:pass") {
      this.#counts.passed += 1;
      this.#line(file, nesting, `✓ ${name} (${ms})`);
    } else if (failureType(event.data.details.error) !== "subtestsFailed") {
      // A test around tests fails with them; only the ones inside say something.
      this.#fail(file, name, reason(event.data.details.error), nesting);
    }
  }

  #fail(path: string, name: string, why: string, nesting = 0): void {
    this.#counts.failed += 1;
    this.#counts.failures.push(`${relative(process.cwd(), path)}: ${name}\n${indent(why)}`);
    this.#line(path, nesting, `✗ ${name}\n${indent(why).trimEnd()}`);
  }

  #line(path: string, nesting: number, text: string): void {
    if (path !== this.#shown) this.#print(`  ${relative(process.cwd(), path)}\n`);
    this.#shown = path;
    this.#print(`${"  ".repeat(nesting + 2)}${text}\n`);
  }
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
