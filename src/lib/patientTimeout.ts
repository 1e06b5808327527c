/** The time is counted in so many parts. */
export const LIMIT_PARTS = 4;

/** What ends a request, until it is done. */
export interface PatientTimeout {
  /** Aborted with a `TimeoutError`, as `AbortSignal.timeout` has it, or with the reason of another end. */
  readonly signal: AbortSignal;
  /** Called when what it limits is done: nothing keeps it from then on. */
  stop(): void;
}

/**
 * A time limit that counts only while the program runs. One that stood still, because a thousand others came at once or
 * another extension did not let go, has not been waiting: the answer may lie there unread, and a timer is served before it.
 *
 * Node keeps what `AbortSignal.any` made for as long as somebody listens to it and it may abort, and its `fetch` listens on:
 * so the other ends are listened to here, and left when it is done.
 *
 * @param ms milliseconds; a time in which the program stood still counts as a quarter of them at most
 * @param others what ends it as well
 */
export function patientTimeout(ms: number, others: readonly AbortSignal[]): PatientTimeout {
  const ends = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = (parts: number) => {
    timer = setTimeout(() => {
      if (parts > 1) return wait(parts - 1);
      end(new DOMException("The operation was aborted due to timeout", "TimeoutError"));
    }, ms / LIMIT_PARTS);
    // It keeps no program alive, and an editor's timers may be a browser's.
    (timer as { unref?(): void }).unref?.();
  };
  const onOther = (event: Event) => end((event.target as AbortSignal).reason);
  const stop = () => {
    clearTimeout(timer);
    for (const other of others) other.removeEventListener("abort", onOther);
  };
  const end = (reason: unknown) => {
    stop();
    ends.abort(reason);
  };
  const over = others.find(({ aborted }) => aborted);
  if (over) ends.abort(over.reason);
  else {
    wait(LIMIT_PARTS);
    for (const other of others) other.addEventListener("abort", onOther);
  }
  return { signal: ends.signal, stop };
}
