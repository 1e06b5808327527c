/*
 * Runs the tests of the program that its argument names, once for each change that it is sent, and answers what became of
 * it. It is a process of its own, which a change may end or keep from ending.
 */
import { pathToFileURL } from "node:url";
import type { registered as Registered, RegisteredTest, runTest as Run } from "./nodeTest.ts";

/** What is to be tried: without a change it is the tests themselves that are. */
export interface Trial {
  readonly change?: string;
  /** Which of the tests, in order; absent for all of them. */
  readonly tests?: readonly number[];
  /** How often the change may be reached before it is taken for an endless loop. */
  readonly mostHits?: number;
}

export interface TrialEnd {
  /** What a test said that failed. */
  readonly failure?: string;
  /** By test the changes that it reaches; those by `""` are reached as the sources are loaded. */
  readonly reached: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** How long each of the tests took, in milliseconds. */
  readonly tookMs: readonly number[];
}

/** What Stryker's switches look at in each place. */
interface Switches {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: { static: Record<string, number>; perTest: Record<string, Record<string, number>> };
}

const switches: Switches = {};
(globalThis as { __stryker__?: Switches }).__stryker__ = switches;
const program = pathToFileURL(process.argv[2] ?? "").href;
let trials = 0;

const told = (end: TrialEnd) => process.send?.(end);
const failed = (error: unknown) => {
  told({ failure: String(error), reached: {}, tookMs: [] });
  process.exit(1);
};
process.on("uncaughtException", failed);
process.on("unhandledRejection", failed);
process.on("message", (trial: Trial) => void run(trial).then(told, failed));

async function run({ change = "none", tests: chosen, mostHits }: Trial): Promise<TrialEnd> {
  const coverage = { static: {}, perTest: {} as Record<string, Record<string, number>> };
  Object.assign(switches, { activeMutant: change, mutantCoverage: coverage, currentTestId: undefined });
  Object.assign(switches, { hitCount: mostHits === undefined ? undefined : 0, hitLimit: mostHits });
  let failure: string | undefined;
  const tookMs: number[] = [];
  try {
    const { registered, runTest } = (await import(`${program}?${trials++}`)) as {
      readonly registered: typeof Registered;
      readonly runTest: typeof Run;
    };
    for (const body of registered.before) await runTest({ name: "before", body });
    for (const at of chosen ?? registered.tests.keys()) {
      switches.currentTestId = String(at + 1);
      const since = performance.now();
      await runTest(registered.tests[at] as RegisteredTest);
      tookMs[at] = performance.now() - since;
    }
    for (const body of registered.after) await runTest({ name: "after", body });
  } catch (error) {
    failure = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  const reached = { "": coverage.static, ...coverage.perTest };
  return { ...(failure !== undefined && { failure }), reached, tookMs };
}
