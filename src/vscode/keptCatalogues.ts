import { catalogueStamp, catalogueStore } from "../node/catalogueFiles.ts";
import type { Catalogue } from "../relay/catalogue.ts";

/** What the relays of all windows keep of what gateways listed. */
export class KeptCatalogues {
  readonly #folder: string;
  readonly #counts = new Map<string, { readonly stamp: string; readonly tools: number | undefined }>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  read(connectionId: string): Catalogue | undefined {
    return catalogueStore(this.#folder, connectionId).read();
  }

  /** Another one where something else is kept than before. */
  stamp(connectionId: string): string | undefined {
    return catalogueStamp(this.#folder, connectionId);
  }

  /** How many tools a gateway has; undefined where it has never been listed. A file is read once for that. */
  tools(connectionId: string): number | undefined {
    const stamp = this.stamp(connectionId);
    if (stamp === undefined) return undefined;
    const known = this.#counts.get(connectionId);
    if (known?.stamp === stamp) return known.tools;
    const tools = this.read(connectionId)?.tools.length;
    this.#counts.set(connectionId, { stamp, tools });
    return tools;
  }
}
