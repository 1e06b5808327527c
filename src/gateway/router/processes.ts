/** How many processes of one target one person may have, over all sessions and calls. */
export const MOST_PROCESSES = 8;
/** How long somebody waits for a process when all that they may have are at work. */
export const LONGEST_WAIT_MS = 30_000;

/** One of the processes that a person may have, as a connection holds it. */
export interface ProcessSlot {
  /** Since when, in milliseconds since the epoch, nothing needs the process; `undefined` as long as something does. */
  idleSince(): number | undefined;
  /** Ends the process. It is asked of an idle slot, and once. */
  evict(): void;
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
   * Waits until there may be one process more.
   *
   * @returns to be called when the process has ended
   * @throws NoProcessFree, or whatever `signal` was aborted with
   */
  enter(entering: Entering): Promise<() => void>;
  /** Something became idle. */
  idle(owner: string, target: string): void;
}

export interface Entering {
  /** Whose process it will be. */
  readonly owner: string;
  readonly target: string;
  readonly slot: ProcessSlot;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
}

/** All processes that one person may have were at work for too long. Said in words that the person may see. */
export class NoProcessFree extends Error {}

/** The processes that one person has of one target. */
interface Owned {
  readonly slots: Set<ProcessSlot>;
  readonly leaving: Set<ProcessSlot>;
  readonly queue: { readonly enter: () => void }[];
}

/**
 * @param most how many one person may have of one target
 * @param waitMs how long they wait for one more
 */
export function createProcesses(most = MOST_PROCESSES, waitMs = LONGEST_WAIT_MS): Processes {
  const all = new Map<string, Owned>();
  const keyOf = (owner: string, target: string) => JSON.stringify([owner, target]);

  /** Lets in whom there is room for, and makes room for the others. */
  function serve(key: string): void {
    const owned = all.get(key);
    if (owned === undefined) return;
    const { slots, leaving, queue } = owned;
    while (queue.length > 0 && slots.size < most) queue.shift()?.enter();
    const idle = [...slots].filter((slot) => !leaving.has(slot) && slot.idleSince() !== undefined);
    idle.sort((a, b) => (a.idleSince() as number) - (b.idleSince() as number));
    for (const slot of idle.slice(0, Math.max(0, queue.length - leaving.size))) {
      leaving.add(slot);
      slot.evict();
    }
    if (slots.size === 0 && queue.length === 0) all.delete(key);
  }

  return {
    async enter({ owner, target, slot, signal }) {
      const key = keyOf(owner, target);
      const owned = all.get(key) ?? { slots: new Set(), leaving: new Set(), queue: [] };
      all.set(key, owned);
      await new Promise<void>((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const over = () => {
          clearTimeout(timer);
          signal.removeEventListener("abort", onAbort);
        };
        const giveUp = (reason: unknown) => {
          over();
          owned.queue.splice(owned.queue.indexOf(waiting), 1);
          reject(reason);
          serve(key);
        };
        const onAbort = () => giveUp(signal.reason);
        const timer = setTimeout(() => giveUp(new NoProcessFree(allAtWork(target, most))), waitMs);
        const waiting = {
          enter: () => {
            over();
            owned.slots.add(slot);
            resolve();
          },
        };
        signal.addEventListener("abort", onAbort, { once: true });
        owned.queue.push(waiting);
        serve(key);
      });
      let left = false;
      return () => {
        if (left) return;
        left = true;
        owned.slots.delete(slot);
        owned.leaving.delete(slot);
        serve(key);
      };
    },
    // A moment later: whoever waits for this very process takes it first, and it does not have to be started again.
    idle: (owner, target) => void setImmediate(() => serve(keyOf(owner, target))),
  };
}

export const allAtWork = (target: string, most: number): string =>
  `All ${most} processes of the target ${target} that one caller can have are at work. Please retry later.`;
