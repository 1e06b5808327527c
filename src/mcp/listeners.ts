import type { Json } from "./passThrough.ts";

/** Counts the 2026-07-28 callers that listen for changes, and subscribes to the resources they listen to. */
export class Listeners {
  readonly #ask: (method: "resources/subscribe" | "resources/unsubscribe", uri: string) => void;
  readonly #now: () => number;
  readonly #resources = new Map<string, number>();
  #count = 0;
  #lastEndedAt: number;

  /**
   * @param ask subscribes when the first caller listens to a resource, and unsubscribes when the last one is gone
   * @param now in milliseconds since the epoch
   */
  constructor(ask: (method: "resources/subscribe" | "resources/unsubscribe", uri: string) => void, now: () => number) {
    this.#ask = ask;
    this.#now = now;
    this.#lastEndedAt = now();
  }

  /** Since when nobody listens, in milliseconds since the epoch; `undefined` while somebody does. */
  get idleSince(): number | undefined {
    return this.#count > 0 ? undefined : this.#lastEndedAt;
  }

  /**
   * Follows one `subscriptions/listen` request until its caller is gone.
   *
   * @returns false when the caller is gone already: nothing would ever end its subscriptions
   */
  follow(params: Json | undefined, gone: AbortSignal): boolean {
    if (gone.aborted) return false;
    const filter = params?.notifications as { readonly resourceSubscriptions?: unknown } | undefined;
    const uris = Array.isArray(filter?.resourceSubscriptions) ? filter.resourceSubscriptions.map(String) : [];
    this.#count++;
    for (const uri of uris) this.#change(uri, 1);
    const onGone = () => {
      this.#count--;
      this.#lastEndedAt = this.#now();
      for (const uri of uris) this.#change(uri, -1);
    };
    gone.addEventListener("abort", onGone, { once: true });
    return true;
  }

  #change(uri: string, by: 1 | -1): void {
    const count = (this.#resources.get(uri) ?? 0) + by;
    if (count === 0) this.#resources.delete(uri);
    else this.#resources.set(uri, count);
    if (by === 1 && count === 1) this.#ask("resources/subscribe", uri);
    if (by === -1 && count === 0) this.#ask("resources/unsubscribe", uri);
  }
}
