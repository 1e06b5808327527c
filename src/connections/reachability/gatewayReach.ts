import type { HttpFetch } from "../../lib/httpPort.ts";
import type { Connection } from "../connection.ts";
import type { Gateways } from "../gateways.ts";
import { type NotReached, originOf, Reachability, type Shown } from "./reachability.ts";
import { ReturnProbe } from "./returnProbe.ts";

export interface GatewayReachWorld {
  readonly now: () => number;
  readonly gateways: () => Pick<Gateways, "book" | "isServing" | "isBack">;
  /** Called when a gateway went down or came back. */
  readonly onChanged: () => void;
}

/** Which of the person's gateways can be reached: learnt of what is asked of them anyway, and looked for where one is down. */
export class GatewayReach {
  readonly #world: GatewayReachWorld;
  readonly #reachability: Reachability;
  /** Absent until there is a way out. */
  #probe: ReturnProbe | undefined;
  #isLooking = false;

  constructor(world: GatewayReachWorld) {
    this.#world = world;
    this.#reachability = new Reachability({ now: world.now, onShown: (shown) => this.#shown(shown) });
  }

  /** The same way out, of which this learns. Gateways that are down are looked for by it. Called once. */
  watched(fetch: HttpFetch): HttpFetch {
    const watched = this.#reachability.watched(fetch);
    const { now, gateways } = this.#world;
    this.#probe = new ReturnProbe({
      ...{ reachability: this.#reachability, fetch: watched, now },
      watched: () => this.#all.filter(({ id }) => this.#isLooking || gateways().isServing(id)).map(({ url }) => url),
    });
    return watched;
  }

  /** Since when a gateway is down; undefined where the last request was answered, or nothing was asked yet. */
  of({ url }: Pick<Connection, "url">): NotReached | undefined {
    return this.#reachability.of(url);
  }

  /** @param isLooking whether the person sees the states of their gateways now */
  looking(isLooking: boolean): void {
    this.#isLooking = isLooking;
    this.#probe?.update();
  }

  close(): void {
    this.#probe?.close();
  }

  get #all(): readonly Connection[] {
    return this.#world.gateways().book.all;
  }

  #shown({ origin, isNew }: Shown): void {
    this.#probe?.update();
    if (!isNew) return;
    for (const { id, url } of this.#all) {
      if (originOf(url) === origin && !this.#reachability.of(url)) this.#world.gateways().isBack(id);
    }
    this.#world.onChanged();
  }
}
