/** The wait after the second failure in a row; each further one doubles it. */
export const FIRST_WAIT_MS = 500;
export const LONGEST_WAIT_MS = 30_000;
/** A connection that held this long was a good one, so that its loss is not one more failure in a row. */
export const STEADY_MS = 60_000;

/**
 * When a target that failed may be tried again. One for all callers: a dead target is not asked more often because more
 * people miss it.
 *
 * Reads no clock: times are milliseconds since the epoch.
 */
export interface BackOff {
  /** How long, in milliseconds, nobody tries the target; 0 when it may be tried now. */
  waitMs(target: string, now: number): number;
  /** @param since when the attempt began that failed, or when the connection began that was lost */
  failed(target: string, since: number, now: number): void;
  worked(target: string): void;
  /** Call it when a target was removed or replaced. */
  forget(target: string): void;
}

export function createBackOff(): BackOff {
  const failures = new Map<string, { readonly count: number; readonly at: number; readonly until: number }>();
  return {
    waitMs: (target, now) => Math.max(0, (failures.get(target)?.until ?? 0) - now),
    failed(target, since, now) {
      const last = failures.get(target);
      // Several connections end with the one process they were to: that is one failure.
      if (last !== undefined && since <= last.at) return;
      const count = now - since >= STEADY_MS ? 1 : (last?.count ?? 0) + 1;
      // The first loss costs nothing: a process that was restarted is there again at once.
      const wait = count === 1 ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (count - 2));
      failures.set(target, { count, at: now, until: now + wait });
    },
    worked(target) {
      const last = failures.get(target);
      // The count stays until the connection has held: one that breaks again and again is not a good one.
      if (last !== undefined) failures.set(target, { ...last, until: 0 });
    },
    forget: (target) => void failures.delete(target),
  };
}
