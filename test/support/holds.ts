import fc from "fast-check";

/**
 * Holds a property to generated cases, others at each run. What fails is printed with its seed, and
 * `FAST_CHECK_SEED=<seed>` makes the same cases again; `FAST_CHECK_RUNS=100000` makes many of them.
 */
export function holds<T>(property: fc.IRawProperty<T>): void {
  const { FAST_CHECK_SEED, FAST_CHECK_RUNS = "1000" } = process.env;
  fc.assert(property, {
    numRuns: Number(FAST_CHECK_RUNS),
    ...(FAST_CHECK_SEED !== undefined && { seed: Number(FAST_CHECK_SEED) }),
  });
}
