import { type AnyFailure, GatewayFailure } from "../../failures/failure.ts";
import type { HttpFetch } from "../../lib/httpPort.ts";
import { gatewayNetworkFailure } from "../../oauth/discovery/networkFailure.ts";

/** A gateway that did not answer the last request. */
export interface NotReached {
  /** The first request that it did not answer, in milliseconds since the epoch. */
  readonly since: number;
  readonly failure: AnyFailure;
}

/** What a request has shown of the gateways of an origin. */
export interface Shown {
  readonly origin: string;
  /** Whether it was not known before. */
  readonly isNew: boolean;
}

export interface ReachabilityWorld {
  readonly now: () => number;
  /** Told after each request that was not answered, and after the first that is answered again. */
  readonly onShown: (shown: Shown) => void;
}

/** What a proxy or a load balancer says of a server behind it that it cannot reach (RFC 9110, 15.6.3 to 15.6.5). */
const unavailable: ReadonlySet<number> = new Set([502, 503, 504]);

/**
 * Which gateways are down, as far as the last request of this window showed: of a relay, of discovery, of Explain Access or
 * of a probe. All of them leave by `watched`, and nothing is asked to find it out.
 *
 * A connection that cannot be made concerns all gateways of that origin; a server that is unavailable behind its proxy
 * concerns its own address.
 */
export class Reachability {
  readonly #world: ReachabilityWorld;
  /** By origin. */
  readonly #lost = new Map<string, NotReached>();
  /** By address. */
  readonly #unavailable = new Map<string, NotReached>();
  /** When each origin was asked last. */
  readonly #askedAt = new Map<string, number>();

  constructor(world: ReachabilityWorld) {
    this.#world = world;
  }

  /** Undefined where the last request was answered, or nothing was asked. */
  of(url: string): NotReached | undefined {
    return this.#lost.get(originOf(url)) ?? this.#unavailable.get(url);
  }

  /** When a gateway was asked last, in milliseconds since the epoch. */
  askedAt(url: string): number {
    return this.#askedAt.get(originOf(url)) ?? 0;
  }

  /** The same way out, of which this learns. */
  watched(fetch: HttpFetch): HttpFetch {
    return async (url, request = {}) => {
      const address = String(url);
      this.#askedAt.set(originOf(address), this.#world.now());
      try {
        const answer = await fetch(url, request);
        this.#answered(address, answer.status, answer.headers.get("retry-after") !== null);
        return answer;
      } catch (error) {
        // Whoever gave up waiting has learnt nothing of the gateway, but that it did not answer in time.
        if (!request.signal?.aborted || isTimeout(request.signal.reason)) this.#failed(address, error);
        throw error;
      }
    };
  }

  #answered(url: string, status: number, isBusy: boolean): void {
    // As nearly always: all were answered so far.
    if (!unavailable.has(status) && this.#lost.size === 0 && this.#unavailable.size === 0) return;
    const origin = originOf(url);
    const before = this.of(url);
    this.#lost.delete(origin);
    // A server that says when to come again is there.
    if (unavailable.has(status) && !isBusy) {
      const failure = new GatewayFailure("gateway_error", { url, status }) as AnyFailure;
      this.#down(this.#unavailable, url, failure);
    } else {
      this.#unavailable.delete(url);
    }
    const now = this.of(url);
    if (before || now) this.#world.onShown({ origin, isNew: before?.failure.code !== now?.failure.code });
  }

  #failed(url: string, error: unknown): void {
    const failure = gatewayNetworkFailure(url, error);
    if (failure.code === "answer_too_large") return;
    const origin = originOf(url);
    const before = this.#lost.get(origin);
    this.#down(this.#lost, origin, failure);
    this.#world.onShown({ origin, isNew: before?.failure.code !== failure.code });
  }

  #down(where: Map<string, NotReached>, key: string, failure: AnyFailure): void {
    where.set(key, { since: where.get(key)?.since ?? this.#world.now(), failure });
  }
}

const isTimeout = (reason: unknown): boolean => reason instanceof Error && reason.name === "TimeoutError";

/** The origin of an address that was asked, or of a connection. */
export const originOf = (url: string): string => new URL(url).origin;
