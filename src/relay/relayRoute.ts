import { ChannelPool } from "../mcp/channelPool.ts";
import type { Json } from "../mcp/passThrough.ts";
import type { CallerRequest, Peer } from "../mcp/peer.ts";
import type { Route } from "../mcp/route.ts";
import type { UpstreamLink } from "../mcp/upstreamLink.ts";
import type { CurrentLists, GivenLists } from "./givenLists.ts";
import { type AnswerWorld, type CallerWorld, handleRequest } from "./handleRequest.ts";

export interface RelayRouteWorld extends AnswerWorld {
  /** Makes a link to the gateway for this route's caller. */
  readonly link: () => UpstreamLink;
  /** Whether the editor opens pages that the gateway asks for (2025-11-25, client/elicitation). */
  readonly opensUrls: boolean;
  /** The lists that the editor was given. */
  readonly given: GivenLists;
  /** Called when a list could not be had over a link. */
  readonly onMissed: (link: UpstreamLink) => void;
  /** Hears what belongs to no request. */
  readonly peer: Peer;
  readonly spareMs: number;
  readonly now: () => number;
}

/** Brings the requests of one editor to the gateway. */
export class RelayRoute implements Route {
  readonly #world: RelayRouteWorld;
  readonly #answers: CallerWorld;
  readonly #pool: ChannelPool<UpstreamLink>;

  constructor(world: RelayRouteWorld) {
    const { given, keeper, onMissed } = world;
    this.#world = world;
    // Made once for all requests of the caller.
    this.#answers = {
      ...world,
      isAgent: true,
      gave: (list, items) => given.gave(list, items),
      missed(list, link) {
        given.missed(list, keeper.reads(list));
        onMissed(link);
      },
    };
    this.#pool = new ChannelPool({ open: world.link, spareMs: world.spareMs, now: world.now });
  }

  /** The link that requests share. */
  get link(): UpstreamLink {
    return this.#pool.first;
  }

  links(): readonly UpstreamLink[] {
    return this.#pool.links();
  }

  async handle(request: CallerRequest): Promise<Json> {
    return await this.#pool.use(request.options, (link) => handleRequest(link, request, this.#answers));
  }

  async notify(method: string, params: Json | undefined): Promise<void> {
    await Promise.all(this.links().map((link) => link.notify(method, params)));
  }

  /** Tells the editor which lists differ from what it was given. */
  tellChanges(now: CurrentLists): void {
    for (const changed of this.#world.given.changes(now)) this.#world.peer.notify(changed, undefined);
  }

  sweep(): void {
    this.#pool.sweep();
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }
}
