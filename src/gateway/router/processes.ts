/** How many processes of one target one person may have, over all sessions and calls. */
export const MOST_PROCESSES = 8;
/** How long a request waits for a process when all of its caller's are at work. */
export const LONGEST_WAIT_MS = 30_000;

/** One of a person's processes, as the pool of processes sees it. */
export interface ProcessSlot {
  /** Since when, in milliseconds since the epoch, nothing needs the process; `undefined` as long as something does. */
  idleSince(): number | undefined;
  /** Ends the process. Called once, while it is idle. */
  evict(): void;
}

/**
 * Limits how many processes of a target each person has.
 *
 * A process never serves two people, and each session of a person has its own. Processes of abandoned sessions would
 * stay until the session ends, so when a person needs one more than allowed, the one that has been idle longest is
 * ended; when all are at work, the request waits.
 */
export interface Processes {
  /**
   * Waits until there may be one process more.
   *
   * @returns to be called when the process has ended
   * @throws NoProcessFree, or whatever `signal` was aborted with
   */
  enter(entering: Entering): Promise<() => void>;
  /** Call it when a process became idle. */
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

/** All of a person's processes were at work for too long. The message is what the person may see. */
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

  /** Starts as many waiting processes as allowed, and ends idle ones for the others. */
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
    // Deferred, so that a request that waits for this very process can take it before it is ended.
    idle: (owner, target) => void setImmediate(() => serve(keyOf(owner, target))),
  };
}

export const allAtWork = (target: string, most: number): string =>
  `All ${most} processes of the target ${target} that one caller can have are at work. Please retry later.`;
