import { drained, type HttpFetch } from "../../lib/httpPort.ts";
import { requestPolicies } from "../../lib/limits.ts";
import { unref } from "../../lib/waiting.ts";
import { originOf, type Reachability } from "./reachability.ts";

/** The first wait before a gateway that is down is looked for, in milliseconds; each further one doubles it. */
export const FIRST_WAIT_MS = 5_000;
export const LONGEST_WAIT_MS = 5 * 60_000;

export interface ReturnProbeWorld {
  readonly reachability: Pick<Reachability, "of" | "askedAt">;
  /** The way out, which `Reachability` watches: what a probe finds is learnt there. */
  readonly fetch: HttpFetch;
  readonly now: () => number;
  /** The addresses of the gateways that somebody looks at, or whose server runs. */
  readonly watched: () => readonly string[];
}

/**
 * Looks whether gateways that are down are back, for as long as somebody would like to know. A gateway that is up is never
 * asked, and neither is one that has been asked for something else in the meantime.
 */
export class ReturnProbe {
  readonly #world: ReturnProbeWorld;
  readonly #waiting = new Map<string, ReturnType<typeof setTimeout>>();
  #isClosed = false;

  constructor(world: ReturnProbeWorld) {
    this.#world = world;
  }

  /** Takes in which gateways are down by now, and which of them somebody looks at. */
  update(): void {
    if (this.#isClosed) return;
    const down = this.#down();
    for (const [url, timer] of this.#waiting) {
      if (down.has(url)) continue;
      clearTimeout(timer);
      this.#waiting.delete(url);
    }
    for (const url of down) if (!this.#waiting.has(url)) this.#wait(url, FIRST_WAIT_MS);
  }

  close(): void {
    this.#isClosed = true;
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
  }

  /** The gateways to look for, one of each origin: where that is back, so are the others. */
  #down(): ReadonlySet<string> {
    const { reachability, watched } = this.#world;
    const byOrigin = new Map<string, string>();
    for (const url of watched()) {
      const found = reachability.of(url);
      if (!found) continue;
      const key = found.failure.code === "gateway_error" ? url : originOf(url);
      if (!byOrigin.has(key)) byOrigin.set(key, url);
    }
    return new Set(byOrigin.values());
  }

  #wait(url: string, waitMs: number): void {
    const { reachability, now } = this.#world;
    const due = reachability.askedAt(url) + waitMs - now();
    const timer = unref(setTimeout(() => void this.#look(url, waitMs), Math.max(0, due)));
    this.#waiting.set(url, timer);
  }

  async #look(url: string, waitMs: number): Promise<void> {
    const { reachability, now } = this.#world;
    const wasAsked = now() - reachability.askedAt(url) < waitMs;
    // A request of somebody else has shown it just now.
    if (!wasAsked) await this.#ask(url);
    if (this.#isClosed || !this.#waiting.has(url)) return;
    this.#waiting.delete(url);
    if (this.#down().has(url)) this.#wait(url, wasAsked ? waitMs : Math.min(LONGEST_WAIT_MS, 2 * waitMs));
  }

  /** The least that an HTTP server can be asked, and without a token: whatever it answers, it is there. */
  async #ask(url: string): Promise<void> {
    try {
      const signal = AbortSignal.timeout(requestPolicies.probe.timeoutMs);
      const { body } = await this.#world.fetch(url, { method: "HEAD", redirect: "manual", signal });
      await drained(body);
    } catch {
      // The way out has told it to whom it concerns.
    }
  }
}
