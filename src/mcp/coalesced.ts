import { unref } from "../lib/waiting.ts";

/** How soon after news more of the same is passed on, in milliseconds, and how late where it never stops. */
const [SOON_MS, LATE_MS] = [250, 10_000];

/** How many different things may be waiting at once. What is changed costs a reading, or an answer to a host. */
const MOST_WAITING = 1_000;

/**
 * Passes news on at once, and what follows in its wake together: the same news once, and the less often the longer it does
 * not stop. A server that announces changes without end would else have its lists read without end, at the cost of all
 * others that the program serves.
 */
export class Coalesced {
  readonly #waiting = new Map<string, () => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waitMs = SOON_MS;

  /** @param key news of one key are the same; the last of them is passed on */
  pass(key: string, act: () => void): void {
    if (this.#timer === undefined) {
      act();
      this.#wait();
    } else if (this.#waiting.size < MOST_WAITING || this.#waiting.has(key)) this.#waiting.set(key, act);
  }

  /** Forgets what waits. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waitMs = SOON_MS;
    this.#waiting.clear();
  }

  #wait(): void {
    this.#timer = unref(setTimeout(() => this.#passAll(), this.#waitMs));
  }

  #passAll(): void {
    this.#timer = undefined;
    if (this.#waiting.size === 0) {
      this.#waitMs = SOON_MS;
      return;
    }
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#waitMs = Math.min(LATE_MS, this.#waitMs * 2);
    this.#wait();
    for (const act of waiting) act();
  }
}
