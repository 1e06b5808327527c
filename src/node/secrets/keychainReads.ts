import { connectionsLock } from "../../connections/connectionBook.ts";
import type { CrossProcessLock } from "../../lib/crossProcessLock.ts";
import { sessionOfKey, signInsLock } from "../../oauth/tokens/secretTokenStore.ts";
import { isRecordKey } from "./machineStorage.ts";

/** The lock that every program takes before it changes an entry; those of clients change under none. */
const lockOf = (key: string): string | undefined =>
  sessionOfKey(key) !== undefined ? signInsLock : isRecordKey(key) ? connectionsLock : undefined;

/** How long a read serves, and so how long another process's sign-out may go unnoticed, in milliseconds. */
const freshMs = 15_000;
/** From when on the next read begins while the last one still serves, so that a program in use does not wait for it. */
const lookAheadMs = 10_000;

/** What an entry was when it was read. */
interface Seen {
  readonly value: Promise<string | undefined>;
  /** When the read began, in milliseconds since the epoch. */
  readonly at: number;
  /** Whether the next one is under way. */
  isFollowed: boolean;
}

/**
 * Reads an entry. What it rejects with is given to whoever asks while it is fresh.
 *
 * @param last what was seen before, where nobody has taken the lock since
 */
export type ReadEntry = (key: string, last: Promise<string | undefined> | undefined) => PromiseLike<string | undefined>;

/**
 * A cache of a keychain's entries. Each read starts a program of the operating system, so that an entry is read again only
 * every few seconds. Whoever takes a lock has them forgotten first, and reads anew, once: nobody else changes what a lock guards
 * while it is held here, so that what was read under it is handed to the write.
 */
export class KeychainReads {
  readonly #read: ReadEntry;
  readonly #now: () => number;
  readonly #seen = new Map<string, Seen>();
  /** The locks that are held here now. */
  readonly #held = new Set<string>();

  constructor(read: ReadEntry, now: () => number) {
    this.#read = read;
    this.#now = now;
  }

  get(key: string): Promise<string | undefined> {
    const last = this.#seen.get(key);
    if (last && this.#now() - last.at < freshMs) {
      this.#lookAhead(key, last);
      return last.value;
    }
    const next = this.#look(key);
    this.#seen.set(key, next);
    return next.value;
  }

  /** Takes what was just written for what a read would find. */
  wrote(key: string, value: string): void {
    this.#seen.set(key, { value: Promise.resolve(value), at: this.#now(), isFollowed: false });
  }

  forget(key: string): void {
    this.#seen.delete(key);
  }

  clear(): void {
    this.#seen.clear();
  }

  /**
   * The lock of the programs that share the keychain: whoever takes it has forgotten what others may have changed.
   *
   * @param forget has it forgotten below too
   */
  clearedBy(lock: CrossProcessLock, forget: () => void = () => {}): CrossProcessLock {
    return {
      run: (name, act) =>
        lock.run(name, async () => {
          // What another lock guards that is held here nobody else has changed.
          for (const key of this.#seen.keys()) if (!this.isCurrent(key)) this.#seen.delete(key);
          forget();
          this.#held.add(name);
          try {
            return await act();
          } finally {
            this.#held.delete(name);
          }
        }),
    };
  }

  /** Whether what was read of an entry is what it is now: its lock has been held here since. */
  isCurrent(key: string): boolean {
    const lock = lockOf(key);
    return lock !== undefined && this.#held.has(lock) && this.#seen.has(key);
  }

  #look(key: string): Seen {
    const value = Promise.resolve(this.#read(key, this.#seen.get(key)?.value));
    value.catch(() => {});
    return { value, at: this.#now(), isFollowed: false };
  }

  #lookAhead(key: string, last: Seen): void {
    if (last.isFollowed || this.#now() - last.at < lookAheadMs) return;
    last.isFollowed = true;
    const next = this.#look(key);
    // What was written or asked for anew meanwhile is newer.
    const follow = () => this.#seen.get(key) === last && this.#seen.set(key, next);
    void next.value.then(follow, follow);
  }
}
