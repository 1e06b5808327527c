import { setTimeout as delay } from "node:timers/promises";

/** For a busy machine. A run that waits for what it has kept from happening says that it is less patient. */
export const patienceMs = Number(process.env.TEST_PATIENCE_MS ?? 30_000);

/**
 * Waits for something that happens by itself, in this process or another. Its time is real, also where a test has
 * taken the clock.
 *
 * @param look tells whether it is so, or gives what was waited for; it is asked again and again, after an error too
 * @param what is waited for, in the words of the failure
 * @param limitMs how long; who waits here does not measure
 */
export async function until<T>(
  look: () => T | Promise<T>,
  what: string,
  limitMs = patienceMs,
): Promise<Exclude<T, false | undefined>> {
  const end = performance.now() + limitMs;
  for (let cause: unknown; ; await delay(5)) {
    try {
      const found = await look();
      if (found !== false && found !== undefined) return found as Exclude<T, false | undefined>;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > end) throw new Error(`not within ${limitMs / 1000} s: ${what}`, { cause });
  }
}
