import { NO_TIMEOUT } from "../../mcp/passThrough.ts";

/** A time limit. */
export interface Deadline {
  /** Aborted when the time has passed, or when the caller's signal is. */
  readonly signal: AbortSignal;
  /** Whether the time has passed. */
  passed(): boolean;
  /** Call it when the waiting has ended. */
  clear(): void;
}

/** @param ms time limit in milliseconds, at most what a timer can wait: about 24 days */
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
