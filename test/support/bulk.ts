import { createHash } from "node:crypto";

/**
 * What is done in bulk is done in full by `npm run test:bulk`, with another seed each time, and as a sample in every
 * other run: a tenth of it, or less where a case takes long, the same one each time. TEST_BULK and TEST_SEED say so to a file that is run by itself.
 * TEST_SHARE makes the sample smaller, for runs that come a thousand times (`npm run mutation`).
 */
const inFull = process.env.TEST_BULK === "1";
const share = inFull ? 1 : Number(process.env.TEST_SHARE ?? 10);

/** What chance goes by; in the failures of fast-check it is told with the way to the counterexample. */
export const seed = Number(process.env.TEST_SEED ?? 1);

/** How often something is done that is done `full` times in full; also for what is counted meanwhile. */
export const bulk = (full: number): number => Math.ceil(full / share);

/** How fast-check looks at a property that is looked at `full` times in full; `most` times as a sample, where one look takes long. */
export const runs = (full: number, most = full) => ({ numRuns: inFull ? full : Math.min(most, bulk(full)), seed });

/** How often something is done that takes long, or a process, each time: `full` times in full, and a few times as a sample. */
export const few = (full: number, sample: number): number => (inFull ? full : sample);

/** So many of all, in their order: the same ones for the same seed. */
export function sample<T>(all: readonly T[], count: number, nameOf: (one: T) => string): readonly T[] {
  const place = (one: T) =>
    createHash("sha256")
      .update(`${seed} ${nameOf(one)}`)
      .digest("hex");
  const chosen = new Set(all.toSorted((a, b) => (place(a) < place(b) ? -1 : 1)).slice(0, count));
  return all.filter((one) => chosen.has(one));
}
