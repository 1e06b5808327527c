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
 * every few seconds. Whoever takes the lock has all of them forgotten first, and reads anew.
 */
export class KeychainReads {
  readonly #read: ReadEntry;
  readonly #now: () => number;
  readonly #seen = new Map<string, Seen>();

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
