/** The calls that are being answered, so that a gateway can stop after them. */
export interface CallsInFlight {
  /** @param ended aborted when the answer is over, or nobody waits for it any more */
  began(ended: AbortSignal): void;
  count(): number;
  /** Waits until no call is left. @returns whether that was in time */
  settled(withinMs: number): Promise<boolean>;
}

export function createCallsInFlight(): CallsInFlight {
  let count = 0;
  const waiting = new Set<() => void>();
  const over = () => {
    count--;
    if (count === 0) for (const done of waiting) done();
  };
  return {
    began(ended) {
      if (ended.aborted) return;
      count++;
      ended.addEventListener("abort", over, { once: true });
    },
    count: () => count,
    async settled(withinMs) {
      if (count === 0) return true;
      return await new Promise<boolean>((resolve) => {
        const end = (inTime: boolean) => {
          clearTimeout(timer);
          waiting.delete(done);
          resolve(inTime);
        };
        const done = () => end(true);
        const timer = setTimeout(() => end(false), withinMs);
        waiting.add(done);
      });
    },
  };
}
