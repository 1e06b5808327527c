/**
 * What is done in bulk is done in full by `npm run test:bulk`, with another seed each time, and as a sample in every
 * other run: a tenth of it, the same one each time. TEST_BULK and TEST_SEED say so to a file that is run by itself.
 */
const inFull = process.env.TEST_BULK === "1";

/** What chance goes by; in the failures of fast-check it is told with the way to the counterexample. */
export const seed = Number(process.env.TEST_SEED ?? 1);

/** How often something is done that is done `full` times in full; also for what is counted meanwhile. */
export const bulk = (full: number): number => (inFull ? full : Math.ceil(full / 10));

/** How fast-check looks at a property that is looked at `full` times in full. */
export const runs = (full: number) => ({ numRuns: bulk(full), seed });
