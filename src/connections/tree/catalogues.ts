import type { Catalogue } from "../../relay/catalogue.ts";
import { type ShownCatalogue, shownCatalogue } from "./shownCatalogue.ts";

/** What is kept of each gateway, by the id of its connection. */
export interface KeptCatalogues {
  read(connectionId: string): Catalogue | undefined;
  /** Another one where something else is kept than before. */
  stamp(connectionId: string): string | undefined;
}

/** What each gateway listed last, read when it is first shown and when it has changed. Nothing is asked of a gateway. */
export class Catalogues {
  readonly #kept: KeptCatalogues;
  readonly #shown = new Map<string, { readonly stamp: string; readonly catalogue: ShownCatalogue | undefined }>();

  constructor(kept: KeptCatalogues) {
    this.#kept = kept;
  }

  /** Undefined for a gateway that has never been listed. */
  of(connectionId: string): ShownCatalogue | undefined {
    const stamp = this.#kept.stamp(connectionId);
    if (stamp === undefined) {
      this.#shown.delete(connectionId);
      return undefined;
    }
    const known = this.#shown.get(connectionId);
    if (known?.stamp === stamp) return known.catalogue;
    const kept = this.#kept.read(connectionId);
    const catalogue = kept && shownCatalogue(kept);
    this.#shown.set(connectionId, { stamp, catalogue });
    return catalogue;
  }
}
