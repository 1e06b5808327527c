/** How many processes of one target one person may have, over all sessions and calls. */
export const MOST_PROCESSES = 8;
/** How long somebody waits for a process when all that they may have are at work. */
export const LONGEST_WAIT_MS = 30_000;

/** A place that a connection to a process takes. */
export interface ProcessSlot {
  /** Since when, in milliseconds since the epoch, nothing needs the process; `undefined` as long as something does. */
  idleSince(): number | undefined;
  /** Ends the process. It is asked of an idle seat, and once. */
  vacate(): void;
}

/**
 * Who has how many processes of which target.
 *
 * A process never serves two people, so there is one for each at least, and one for each of a person's sessions. Those
 * that are left behind would stay for as long as their session: when somebody needs one more than they may have, the
 * one that has been idle for longest is ended for it, and when all are at work, they wait.
 */
export interface Processes {
  /**
   * Waits for a place.
   *
   * @returns gives the place back, when the process has ended
   * @throws NoProcessFree, or whatever `signal` was aborted with
   */
  enter(owner: string, target: string, seat: ProcessSlot, signal: AbortSignal): Promise<() => void>;
  /** Something became idle. */
  rested(owner: string, target: string): void;
}

/** All processes that one person may have were at work for too long. Said in words that the person may see. */
export class NoProcessFree extends Error {}

interface Place {
  readonly seats: Set<ProcessSlot>;
  readonly leaving: Set<ProcessSlot>;
  readonly queue: { readonly seat: ProcessSlot; readonly enter: () => void }[];
}

/**
 * @param most how many one person may have of one target
 * @param waitMs how long they wait for one more
 */
export function createProcesses(most = MOST_PROCESSES, waitMs = LONGEST_WAIT_MS): Processes {
  const places = new Map<string, Place>();
  const keyOf = (owner: string, target: string) => JSON.stringify([owner, target]);

  /** Lets in whom there is room for, and makes room for the others. */
  function serve(key: string): void {
    const place = places.get(key);
    if (place === undefined) return;
    const { seats, leaving, queue } = place;
    while (queue.length > 0 && seats.size < most) queue.shift()?.enter();
    const idle = [...seats].filter((seat) => !leaving.has(seat) && seat.idleSince() !== undefined);
    idle.sort((a, b) => (a.idleSince() as number) - (b.idleSince() as number));
    for (const seat of idle.slice(0, Math.max(0, queue.length - leaving.size))) {
      leaving.add(seat);
      seat.vacate();
    }
    if (seats.size === 0 && queue.length === 0) places.delete(key);
  }

  return {
    async enter(owner, target, seat, signal) {
      const key = keyOf(owner, target);
      const place = places.get(key) ?? { seats: new Set(), leaving: new Set(), queue: [] };
      places.set(key, place);
      await new Promise<void>((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const over = () => {
          clearTimeout(timer);
          signal.removeEventListener("abort", onAbort);
        };
        const giveUp = (reason: unknown) => {
          over();
          place.queue.splice(place.queue.indexOf(waiting), 1);
          reject(reason);
          serve(key);
        };
        const onAbort = () => giveUp(signal.reason);
        const timer = setTimeout(() => giveUp(new NoProcessFree(allAtWork(target, most))), waitMs);
        const waiting = {
          seat,
          enter: () => {
            over();
            place.seats.add(seat);
            resolve();
          },
        };
        signal.addEventListener("abort", onAbort, { once: true });
        place.queue.push(waiting);
        serve(key);
      });
      let left = false;
      return () => {
        if (left) return;
        left = true;
        place.seats.delete(seat);
        place.leaving.delete(seat);
        serve(key);
      };
    },
    // A moment later: whoever waits for this very process takes it first, and it does not have to be started again.
    rested: (owner, target) => void setImmediate(() => serve(keyOf(owner, target))),
  };
}

export const allAtWork = (target: string, most: number): string =>
  `All ${most} processes of the target ${target} that one caller can have are at work. Please retry later.`;
