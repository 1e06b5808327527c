import { untilAborted } from "../lib/waiting.ts";

interface Running<T> {
  readonly result: Promise<T>;
  readonly abandoned: AbortController;
  waiting: number;
}

/** Work that several may wait for at once: it is done once, and given up when nobody waits for it any more. */
export class SharedWork<K, T> {
  readonly #running = new Map<K, Running<T>>();

  /**
   * Waits for the work of this key, which is begun unless it is under way.
   *
   * @param begin gets a signal that is aborted when nobody waits any more, and a question whether the work is still the
   *   latest of its key
   * @param signal ends the waiting of this caller; the work goes on for the others
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

  /** Whoever asks next begins anew; those who wait already get what they wait for. */
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
    // What was abandoned is not joined any more, though it may take a moment to end.
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
