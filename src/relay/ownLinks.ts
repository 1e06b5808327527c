import type { Json } from "../mcp/passThrough.ts";
import type { UpstreamLink } from "../mcp/upstreamLink.ts";

export interface OwnLinksWorld {
  /** Makes a link in the name of the extension, with these capabilities. */
  readonly open: (capabilities: Json) => UpstreamLink;
  readonly now: () => number;
  /** How long one that nobody uses stays open, in milliseconds. */
  readonly idleMs: number;
}

/** The links of a relay that belong to no editor, each opened when it is first needed. */
export class OwnLinks {
  readonly #world: OwnLinksWorld;
  readonly #open = new Map<"plain" | "opener", UpstreamLink>();

  constructor(world: OwnLinksWorld) {
    this.#world = world;
  }

  /** For the extension's own calls, which have no user interface that could answer questions. */
  plain(): UpstreamLink {
    return this.#link("plain", {});
  }

  /** For calls that may need a page: a gateway of 2026-07-28 names none to a caller that has not said that it opens them. */
  opener(): UpstreamLink {
    return this.#link("opener", { elicitation: { url: {} } });
  }

  has(link: UpstreamLink): boolean {
    return this.all().includes(link);
  }

  all(): readonly UpstreamLink[] {
    return [...this.#open.values()];
  }

  /** Ends those that have been idle for long enough. */
  sweep(): void {
    const { now, idleMs } = this.#world;
    for (const [kind, link] of this.#open) {
      if (link.busy > 0 || now() - link.lastUsedAt <= idleMs) continue;
      this.#open.delete(kind);
      void link.end();
    }
  }

  async end(): Promise<void> {
    await Promise.all(this.all().map((link) => link.end()));
  }

  #link(kind: "plain" | "opener", capabilities: Json): UpstreamLink {
    const known = this.#open.get(kind);
    if (known !== undefined) return known;
    const link = this.#world.open(capabilities);
    this.#open.set(kind, link);
    return link;
  }
}
