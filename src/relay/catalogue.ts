/** A tool, prompt or resource as the gateway listed it: the protocol's own object, kept as it came. */
export type Listed = Readonly<Record<string, unknown>>;

/**
 * What a gateway said about itself when it was last reached. It is kept so that a signed-out gateway still lists its
 * tools and start-up needs no request.
 */
export interface Catalogue {
  /** The protocol era that answered last: `legacy` is 2025-11-25 and before, `modern` 2026-07-28. Saves the probe. */
  readonly era: "legacy" | "modern";
  readonly serverInfo: Listed;
  readonly capabilities: Listed;
  readonly instructions?: string;
  readonly tools: readonly Listed[];
  readonly prompts: readonly Listed[];
  readonly resources: readonly Listed[];
  readonly resourceTemplates: readonly Listed[];
  /** When it was read, in milliseconds since the epoch. */
  readonly readAt: number;
}

/** Whether a gateway has listed anything that can be used: it says who it is before it says what it has. */
export const hasListed = ({ tools, prompts, resources, resourceTemplates }: Catalogue): boolean =>
  [tools, prompts, resources, resourceTemplates].some((items) => items.length > 0);

/** Keeps the last catalogue of one gateway between windows and restarts. It holds no secret. */
export interface CatalogueStore {
  read(): Catalogue | undefined;
  write(catalogue: Catalogue): Promise<void>;
}
