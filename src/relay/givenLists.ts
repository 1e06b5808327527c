import { sameJson } from "../lib/json/sameJson.ts";
import { type ListMethod, lists } from "../mcp/lists.ts";
import type { Listed } from "./catalogue.ts";
import type { CatalogueKeeper } from "./catalogueKeeper.ts";

/** The lists as they are now. */
export type CurrentLists = Pick<CatalogueKeeper, "items" | "reads">;

/** Remembers the lists that an editor was given, to find out later which of them have changed. */
export class GivenLists {
  readonly #given = new Map<ListMethod, readonly Listed[]>();
  /** The lists that could not be given, with how often each had been read by then. */
  readonly #missed = new Map<ListMethod, number>();

  gave(method: ListMethod, items: readonly Listed[]): void {
    this.#missed.delete(method);
    this.#given.set(method, items);
  }

  /** The editor was given an error in the place of a list. */
  missed(method: ListMethod, reads: number): void {
    this.#missed.set(method, reads);
  }

  /** Returns the notifications for lists that differ from what was given, and remembers the new ones as given. */
  changes(now: CurrentLists): ReadonlySet<string> {
    const changed = new Set<string>();
    for (const [method, given] of this.#given) {
      const items = now.items(method);
      if (sameJson(given, items)) continue;
      this.#given.set(method, items);
      changed.add(lists[method].changed);
    }
    for (const [method, before] of this.#missed) {
      if (now.reads(method) === before) continue;
      this.#missed.delete(method);
      changed.add(lists[method].changed);
    }
    return changed;
  }
}
