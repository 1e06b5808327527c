import { type ListMethod, lists } from "../mcp/lists.ts";
import type { Listed } from "./catalogue.ts";
import { sameItems } from "./catalogueKeeper.ts";

/** Remembers the lists that an editor was given, to find out later which of them have changed. */
export class GivenLists {
  readonly #given = new Map<ListMethod, readonly Listed[]>();

  gave(method: ListMethod, items: readonly Listed[]): void {
    this.#given.set(method, items);
  }

  /**
   * Returns the notifications for lists that differ from what was given, and remembers the new ones as given.
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
