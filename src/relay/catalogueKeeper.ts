import { sameJson } from "../lib/json/sameJson.ts";
import type { Log } from "../lib/log.ts";
import { type ListMethod, lists } from "../mcp/lists.ts";
import type { Json } from "../mcp/passThrough.ts";
import type { Catalogue, CatalogueStore, Listed } from "./catalogue.ts";

/** What a fresh connection says about the gateway. */
export interface GatewayIdentity {
  readonly era: "legacy" | "modern";
  readonly serverInfo: Json;
  readonly capabilities: Json;
  readonly instructions: string | undefined;
}

/** The catalogue of one gateway as the relay uses it: read once, kept current, written when something changed. */
export class CatalogueKeeper {
  readonly #store: CatalogueStore;
  readonly #now: () => number;
  readonly #log: Log;
  readonly #onToolsChanged: ((tools: readonly Listed[]) => void) | undefined;
  readonly #onChanged: (() => void) | undefined;
  #current: Catalogue | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isUnwritten = false;
  readonly #reads = new Map<ListMethod, number>();

  constructor(
    store: CatalogueStore,
    world: {
      readonly now: () => number;
      readonly log: Log;
      readonly onToolsChanged?: ((tools: readonly Listed[]) => void) | undefined;
      readonly onChanged?: (() => void) | undefined;
    },
  ) {
    this.#store = store;
    this.#now = world.now;
    this.#log = world.log;
    this.#onToolsChanged = world.onToolsChanged;
    this.#onChanged = world.onChanged;
  }

  get current(): Catalogue | undefined {
    this.#current ??= this.#store.read();
    return this.#current;
  }

  items(method: ListMethod): readonly Listed[] {
    return this.current?.[lists[method].field] ?? [];
  }

  /** The tool of this name as it was listed last. */
  tool(name: unknown): Listed | undefined {
    return this.current?.tools.find((tool) => tool.name === name);
  }

  learned({ era, serverInfo, capabilities, instructions }: GatewayIdentity): void {
    const { instructions: _, ...before } = this.current ?? empty;
    this.#keep({ ...before, era, serverInfo, capabilities, ...(instructions !== undefined && { instructions }) });
  }

  /** How often a list has been read of the gateway. */
  reads(method: ListMethod): number {
    return this.#reads.get(method) ?? 0;
  }

  listed(method: ListMethod, items: readonly Listed[]): void {
    this.#reads.set(method, this.reads(method) + 1);
    const before = this.items(method);
    const isSame = sameJson(before, items);
    // Of a list that came again one copy is enough.
    this.#keep({ ...(this.current ?? empty), [lists[method].field]: isSame ? before : items });
    if (method === "tools/list" && !isSame) this.#onToolsChanged?.(items);
  }

  /** Resolves when everything kept so far is written. */
  async written(): Promise<void> {
    await this.#writing;
  }

  #keep(next: Catalogue): void {
    const before = this.current;
    this.#current = { ...next, readAt: this.#now() };
    const isSame = before !== undefined && sameJson({ ...before, readAt: 0 }, { ...next, readAt: 0 });
    // What stands in the queue, or could not be written, is still to be written.
    if (isSame && !this.#isUnwritten) return;
    this.#isUnwritten = true;
    this.#writing = this.#writing.then(() => this.#write());
  }

  /** Several changes come together, and the last one has them all. */
  async #write(): Promise<void> {
    if (!this.#isUnwritten || this.#current === undefined) return;
    this.#isUnwritten = false;
    try {
      await this.#store.write(this.#current);
      this.#onChanged?.();
    } catch (error) {
      this.#isUnwritten = true;
      this.#log.warn("relay: catalogue not kept", { reason: error instanceof Error ? error.name : "unknown" });
    }
  }
}

const empty: Catalogue = {
  era: "legacy",
  serverInfo: {},
  capabilities: {},
  tools: [],
  prompts: [],
  resources: [],
  resourceTemplates: [],
  readAt: 0,
};
