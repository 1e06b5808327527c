import { type ListMethod, lists } from "../mcp/lists.ts";
import type { Listed } from "./catalogue.ts";
import { sameItems } from "./catalogueKeeper.ts";

/** The lists as an editor was given them, to tell later which of them are different. */
export class GivenLists {
  readonly #given = new Map<ListMethod, readonly Listed[]>();

  gave(method: ListMethod, items: readonly Listed[]): void {
    this.#given.set(method, items);
  }

  /**
   * Which lists differ from what was given, as the notifications that say so. They count as given from then on.
   *
   * @param items the lists as they are now
   */
  changes(items: (method: ListMethod) => readonly Listed[]): ReadonlySet<string> {
    const changed = new Set<string>();
    for (const [method, given] of this.#given) {
      const now = items(method);
      if (sameItems(given, now)) continue;
      this.#given.set(method, now);
      changed.add(lists[method].changed);
    }
    return changed;
  }
}
