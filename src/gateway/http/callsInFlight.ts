import type { ServedRequest } from "../../lib/servedHttp.ts";

/** Counts the open calls, so that a gateway can finish them before it stops. */
export interface CallsInFlight {
  /** A call is open until its request is over. */
  began(request: ServedRequest): void;
  count(): number;
  /** Waits until no call is open. @returns whether that happened in time */
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
    began(request) {
      count++;
      request.onOver(over);
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
