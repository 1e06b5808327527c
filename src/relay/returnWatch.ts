import { unref } from "../lib/waiting.ts";
import type { UpstreamLink } from "../mcp/upstreamLink.ts";

/** The first wait before a gateway that was away is looked for; each further one doubles it. */
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 5 * 60_000;

/**
 * Looks for a gateway that could not be reached, for as long as an editor is there: who was given an error in the place of
 * a list, or has tools of a gateway that was restarted with others, is told when it is back.
 */
export class ReturnWatch {
  readonly #look: (link: UpstreamLink) => Promise<boolean>;
  /** What is looked for later; undefined while it is looked for. */
  readonly #waiting = new Map<UpstreamLink, ReturnType<typeof setTimeout> | undefined>();
  #isClosed = false;

  /** @param look says whether there is nothing to look for any more; it does not fail */
  constructor(look: (link: UpstreamLink) => Promise<boolean>) {
    this.#look = look;
  }

  /** Begins to look, unless it has begun. */
  lookLater(link: UpstreamLink, waitMs = FIRST_WAIT_MS): void {
    if (this.#isClosed || this.#waiting.has(link)) return;
    const timer = unref(setTimeout(() => this.#lookNow(link, waitMs), waitMs));
    this.#waiting.set(link, timer);
  }

  /** Looks at once for all that it looks for: somebody else has found the gateway back. */
  lookNow(): void {
    for (const [link, timer] of this.#waiting) {
      if (timer === undefined) continue;
      clearTimeout(timer);
      void this.#lookNow(link, FIRST_WAIT_MS);
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
  }

  async #lookNow(link: UpstreamLink, waitMs: number): Promise<void> {
    this.#waiting.set(link, undefined);
    const isOver = await this.#look(link);
    this.#waiting.delete(link);
    if (!isOver) this.lookLater(link, Math.min(LONGEST_WAIT_MS, 2 * waitMs));
  }
}
