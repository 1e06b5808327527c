import { type TestContext, test } from "node:test";

/** The kinds of fault, by which rows are told apart. What has to hold is the kind; a row is one member that was seen. */
export const kinds = {
  1: "One spelling of a condition is known. Dead refresh token, lost session, legacy server, end of a list: servers say it in many ways.",
  2: "Decided once, kept for ever. Open gateway, issuer, registration, era, kept connection.",
  3: "Strict where nothing depends on it, and an answer that used something up is thrown away whole.",
  4: "Two code paths, two rules for the same address or the same answer.",
  5: "An error turned into an empty success, or its reason thrown away.",
  6: "Defaults nobody chose: library time-outs, no proxy, no limit on size, depth or count.",
  7: "Fallback words blame the wrong party: network, VPN, “not foreseen”, editor commands in a terminal.",
  8: "A no-change update cancels real work.",
  9: "Tested at its parser or from its source, not as it ships.",
  10: "Waiting without limit for a peer that nobody authenticated.",
} as const;

/** One case of a row, under its title: what was promised. */
export type WorldTests = Readonly<Record<string, (t: TestContext) => Promise<void>>>;

/** How somebody else's program was seen to behave, and what ours has to make of it. */
export interface Row {
  readonly row: string;
  readonly kind: keyof typeof kinds;
  /** Where it was seen: public threads, or what was run. */
  readonly source: string;
  readonly otherSide: string;
  /** What has to happen, with the clause where there is one. */
  readonly right: string;
  /** What this program did at revision 03c8530. ✗ fails, ~ works in poor words, ✓ holds. */
  readonly at03c8530: string;
  /** Absent while the row is open: nothing of ours keeps it yet. */
  readonly tests?: WorldTests;
}

/** The longest that a case may take, in milliseconds: one that waits for ever is a fault of its own kind. */
const CASE_MS = 60_000;

let collected: Row[] | undefined;

/** Makes a test of every case of these rows; one that is open is a test to do. */
export function worldRows(rows: readonly Row[]): void {
  if (collected) collected.push(...rows);
  else for (const row of rows) testRow(row);
}

function testRow({ row, right, tests }: Row): void {
  if (!tests) test(`${row}: ${right}`, { todo: "open" });
  for (const [title, run] of Object.entries(tests ?? {})) test(`${row}: ${title}`, { timeout: CASE_MS }, run);
}

/**
 * The rows of files of tests, none of which runs.
 *
 * @param load imports the files; what was imported before is not collected
 */
export async function collectRows(load: () => Promise<unknown>): Promise<readonly Row[]> {
  collected = [];
  try {
    await load();
    return collected;
  } finally {
    collected = undefined;
  }
}

/** A case for each pair of variants, such as each error in the body of each status. */
export const eachPair = <A, B>(
  first: readonly A[],
  second: readonly B[],
  make: (a: A, b: B) => readonly [title: string, run: (t: TestContext) => Promise<void>],
): WorldTests => Object.fromEntries(first.flatMap((a) => second.map((b) => make(a, b))));
