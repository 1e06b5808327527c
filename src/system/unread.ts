import type { Writable } from "node:stream";
import { MAX_UNREAD_BYTES } from "../lib/limits.ts";

/**
 * Whether somebody does not read what is written to them, so that it would be kept without end. The longest
 * message that waits does not count: where answers may be as large, one alone may be more than all that may wait otherwise.
 */
export class Unread {
  readonly #to: Writable;
  /** The longest message that waits, in bytes. */
  #longest = 0;

  constructor(to: Writable) {
    this.#to = to;
  }

  get isTooMuch(): boolean {
    return this.#to.writableLength > MAX_UNREAD_BYTES + this.#longest;
  }

  /** @param write writes one message */
  writes(write: () => void): void {
    const before = this.#to.writableLength;
    if (before === 0) this.#longest = 0;
    write();
    this.#longest = Math.max(this.#longest, this.#to.writableLength - before);
  }
}
