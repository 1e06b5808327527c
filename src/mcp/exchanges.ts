/** One HTTP request and whatever follows from it. */
export interface Exchange {
  readonly signal: AbortSignal;
  /** Leaves it where it is: the rest is not read. */
  leave(): void;
  end(): void;
}

/**
 * The HTTP requests of one connection that are open. Each has a signal of its own, which leaves nothing behind on those
 * that live longer: a signal derived from one would be kept by it.
 */
export class Exchanges {
  readonly #open = new Set<AbortController>();
  /** Those that carry a request, by its id. */
  readonly #asked = new Map<unknown, AbortController>();
  readonly #whole: () => AbortSignal | undefined;
  #isClosed = false;

  /** @param whole ends each that begins while it is there */
  constructor(whole: () => AbortSignal | undefined) {
    this.#whole = whole;
  }

  /**
   * @param own ends this one
   * @param id of the request that it carries
   */
  begin(own?: AbortSignal, id?: unknown): Exchange {
    const open = new AbortController();
    const whole = this.#whole();
    const abort = () => open.abort((own?.aborted ? own : whole)?.reason);
    if (this.#isClosed || own?.aborted || whole?.aborted) abort();
    own?.addEventListener("abort", abort, { once: true });
    whole?.addEventListener("abort", abort, { once: true });
    this.#open.add(open);
    if (id !== undefined) this.#asked.set(id, open);
    return {
      signal: open.signal,
      leave: () => open.abort(),
      end: () => {
        this.#open.delete(open);
        if (this.#asked.get(id) === open) this.#asked.delete(id);
        own?.removeEventListener("abort", abort);
        whole?.removeEventListener("abort", abort);
      },
    };
  }

  /** Ends the one that carries a request, whose answer nobody waits for. */
  leave(id: unknown): void {
    this.#asked.get(id)?.abort();
  }

  /** Ends all of them, and those that begin later. */
  close(): void {
    this.#isClosed = true;
    for (const open of this.#open) open.abort();
  }
}
