import { LONGEST_CALLER_KEY, MOST_ROUTES } from "../lib/limits.ts";
import type { Caller } from "./peer.ts";
import type { Route } from "./route.ts";

export interface KeptRoutesWorld<C, R extends Route> {
  /** Requests with the same key share a route and may continue each other's suspended calls. */
  readonly keyOf: (caller: Caller, context: C) => string;
  /** Makes the route for a key. Each request brings its own peer. */
  readonly route: (caller: Caller, context: C) => R;
  /** How long idle connections stay open, in milliseconds. */
  readonly idleMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A route while a request uses it. */
export interface KeptRoute<R> {
  readonly key: string;
  readonly route: R;
  /** The number of requests in flight. */
  open: number;
  usedAt: number;
}

/** Keeps the routes of callers without sessions between their requests, as many as there is room for. */
export class KeptRoutes<C, R extends Route> {
  readonly #world: KeptRoutesWorld<C, R>;
  /** In the order of their last use. */
  readonly #routes = new Map<string, KeptRoute<R>>();

  constructor(world: KeptRoutesWorld<C, R>) {
    this.#world = world;
  }

  all(): readonly R[] {
    return [...this.#routes.values()].map(({ route }) => route);
  }

  /** The route for one request, which leaves it when it is done. */
  enter(caller: Caller, context: C): KeptRoute<R> {
    const { keyOf, route, now } = this.#world;
    const key = keyOf(caller, context);
    const kept = this.#routes.get(key) ?? { key, route: route(caller, context), open: 0, usedAt: now() };
    this.#routes.delete(key);
    this.#routes.set(key, kept);
    kept.open++;
    return kept;
  }

  leave(kept: KeptRoute<R>): void {
    kept.open--;
    kept.usedAt = this.#world.now();
    if (kept.open === 0 && kept.key.length > LONGEST_CALLER_KEY) this.#drop(kept);
    if (this.#routes.size <= MOST_ROUTES) return;
    const idle = [...this.#routes.values()].find(({ open }) => open === 0);
    if (idle !== undefined) this.#drop(idle);
  }

  /** Closes those that have been idle for long enough, and what the others do not need any more. */
  sweep(): void {
    const { now, idleMs } = this.#world;
    for (const kept of this.#routes.values()) {
      kept.route.sweep();
      if (kept.open === 0 && now() - kept.usedAt >= idleMs) this.#drop(kept);
    }
  }

  #drop({ key, route }: KeptRoute<R>): void {
    this.#routes.delete(key);
    void route.close();
  }
}
