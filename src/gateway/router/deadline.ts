import { NO_TIMEOUT } from "../../mcp/passThrough.ts";

/** A limit on how long somebody waits. */
export interface Deadline {
  /** Aborted when the time is over, or with the signal it was made from. */
  readonly signal: AbortSignal;
  /** Whether the time is over. */
  passed(): boolean;
  /** To be called when the waiting is over, whichever way. */
  clear(): void;
}

/** @param ms what is longer than a timer can wait, which is about 24 days, is cut to that */
export function deadline(ms: number, signal: AbortSignal | undefined): Deadline {
  const both = new AbortController();
  let late = false;
  const timer = setTimeout(
    () => {
      late = true;
      both.abort(new Error(`no answer within ${ms} ms`));
    },
    Math.min(ms, NO_TIMEOUT),
  );
  const onAbort = () => both.abort(signal?.reason);
  if (signal?.aborted) onAbort();
  signal?.addEventListener("abort", onAbort, { once: true });
  return {
    signal: both.signal,
    passed: () => late,
    clear() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    },
  };
}
