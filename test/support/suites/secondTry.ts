import type { Counts, TestResults } from "../testReport.ts";

export interface SuiteResults extends TestResults {
  /** Said of the suite in the table. */
  readonly remark?: string;
}

interface SecondTry {
  /** How many files run beside each other the first time. */
  readonly atOnce?: number;
  /** Ended when nothing runs beside a second try any more. */
  readonly others?: Promise<unknown>;
  readonly say: (line: string) => void;
}

/**
 * Runs test files in a program that is not ours and is late or stuck now and then on a busy machine: an editor, Wine. A file
 * that failed is run once more with nothing beside it, and that counts, in words that stay.
 */
export async function withSecondTry(
  files: readonly string[],
  run: (file: string) => Promise<TestResults>,
  { atOnce = 1, others, say }: SecondTry,
): Promise<SuiteResults> {
  const results: TestResults[] = [];
  const [again, late]: [string[], string[]] = [[], []];
  const left = [...files];
  const worker = async () => {
    for (let file = left.shift(); file !== undefined; file = left.shift()) {
      const result = await run(file);
      if (result.failed > 0) again.push(file);
      else results.push(result);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  if (again.length > 0) await others;
  for (const file of again) {
    say(`once more, with nothing beside it: ${file}`);
    const result = await run(file);
    if (result.failed === 0) late.push(file);
    results.push(result);
  }
  return {
    ...(late.length > 0 && { remark: `at the second time only: ${late.join(", ")}` }),
    ...together(results),
  };
}

/** What several runs came to. */
export const together = (results: readonly TestResults[]): TestResults => ({
  passed: sumOf(results, "passed"),
  failed: sumOf(results, "failed"),
  skipped: sumOf(results, "skipped"),
  failures: results.flatMap(({ failures }) => failures),
});

export function sumOf(all: readonly Counts[], field: keyof Counts): number {
  return all.reduce((total, one) => total + one[field], 0);
}
