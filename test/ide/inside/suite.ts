import { appendFileSync } from "node:fs";

/** One line of the results file; the process outside reads them as they come. */
export type SuiteEvent =
  | { readonly kind: "started"; readonly editor: string; readonly tests: number }
  | { readonly kind: "passed"; readonly name: string; readonly ms: number }
  | { readonly kind: "failed"; readonly name: string; readonly ms: number; readonly error: string }
  | { readonly kind: "skipped"; readonly name: string; readonly why: string }
  | { readonly kind: "ended"; readonly passed: number; readonly failed: number; readonly skipped: number };

export interface IdeTestContext {
  /** Ends this test as not run, with the reason that is reported. */
  skip(why: string): never;
  /** Runs when the test has ended, however it ended; the last one added runs first. */
  after(cleanUp: () => unknown): void;
}

type Body = (test: IdeTestContext) => void | Promise<void>;

class Skipped extends Error {}

const tests: { readonly name: string; readonly body: Body; readonly timeoutMs: number }[] = [];

/**
 * A promise about the extension, tried inside the extension host.
 *
 * `node:test` is not used here: it takes over process-wide hooks of a process that is VS Code's.
 */
export function ideTest(name: string, body: Body, options: { readonly timeoutMs?: number } = {}): void {
  tests.push({ name, body, timeoutMs: options.timeoutMs ?? 30_000 });
}

/** Runs all tests one after the other and throws when one failed, as `@vscode/test-electron` expects it. */
export async function runSuite(editor: string): Promise<void> {
  const only = process.env.GATEWAY_CONNECT_IDE_ONLY;
  const chosen = only ? tests.filter((test) => test.name.includes(only)) : tests;
  const counts = { passed: 0, failed: 0, skipped: 0 };
  report({ kind: "started", editor, tests: chosen.length });
  for (const test of chosen) {
    const event = await runTest(test.name, test.body, test.timeoutMs);
    counts[event.kind] += 1;
    report(event);
  }
  report({ kind: "ended", ...counts });
  if (counts.failed > 0) throw new Error(`${counts.failed} of ${chosen.length} tests failed`);
}

async function runTest(name: string, body: Body, timeoutMs: number) {
  const started = Date.now();
  const cleanUps: (() => unknown)[] = [];
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${timeoutMs / 1000} s`)), timeoutMs);
  });
  const context: IdeTestContext = {
    skip(why) {
      throw new Skipped(why);
    },
    after(cleanUp) {
      cleanUps.unshift(cleanUp);
    },
  };
  const attempt = async (act: () => unknown): Promise<unknown> => {
    try {
      await Promise.race([act(), tooLong]);
      return undefined;
    } catch (cause) {
      return cause ?? new Error("something was thrown that is not an error");
    }
  };
  let failure = await attempt(() => body(context));
  for (const cleanUp of cleanUps) failure = (await attempt(cleanUp)) ?? failure;
  clearTimeout(timer);
  tooLong.catch(() => undefined);
  const ms = Date.now() - started;
  if (failure === undefined) return { kind: "passed", name, ms } as const;
  if (failure instanceof Skipped) return { kind: "skipped", name, why: failure.message } as const;
  const error = failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
  return { kind: "failed", name, ms, error } as const;
}

function report(event: SuiteEvent): void {
  const file = process.env.GATEWAY_CONNECT_IDE_RESULTS;
  if (file) appendFileSync(file, `${JSON.stringify(event)}\n`);
  if (event.kind === "failed") console.error(`failed: ${event.name}\n${event.error}`);
  else console.log(JSON.stringify(event));
}
