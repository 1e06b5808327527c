import { untilAborted } from "../lib/waiting.ts";

interface Running<T> {
  readonly result: Promise<T>;
  readonly abandoned: AbortController;
  waiting: number;
}

/** Lets several callers share one piece of work: it runs once, and is abandoned when the last caller stops waiting. */
export class SharedWork<K, T> {
  readonly #running = new Map<K, Running<T>>();

  /**
   * Waits for the work with this key, and begins it unless it is running.
   *
   * @param begin does the work. Its signal is aborted when nobody waits any more; `isLatest` is false once newer work
   *   with this key has begun
   * @param signal stops waiting for this caller only; the work goes on for the others
   */
  async run(
    key: K,
    begin: (signal: AbortSignal, isLatest: () => boolean) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const running = this.#running.get(key) ?? this.#begin(key, begin);
    running.waiting++;
    try {
      return await untilAborted(running.result, signal);
    } finally {
      running.waiting--;
      if (running.waiting === 0) running.abandoned.abort(signal?.reason);
    }
  }

  /** Makes the next caller begin new work. Callers who already wait still get the old result. */
  forget(key: K): void {
    this.#running.delete(key);
  }

  clear(): void {
    this.#running.clear();
  }

  #begin(key: K, begin: (signal: AbortSignal, isLatest: () => boolean) => Promise<T>): Running<T> {
    const abandoned = new AbortController();
    const isLatest = () => this.#running.get(key) === running;
    const end = () => {
      if (isLatest()) this.#running.delete(key);
    };
    // Nobody may join abandoned work, even while it takes a moment to end.
    abandoned.signal.addEventListener("abort", end, { once: true });
    const running: Running<T> = {
      abandoned,
      waiting: 0,
      result: Promise.resolve().then(() => begin(abandoned.signal, isLatest)),
    };
    this.#running.set(key, running);
    running.result.then(end, end);
    return running;
  }
}
