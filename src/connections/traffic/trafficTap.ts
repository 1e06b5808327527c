import type { HttpAnswer, HttpFetch, HttpRequest } from "../../lib/httpPort.ts";

/** Sends a request on for a gateway that somebody looks at, and notes it. */
export type WatchTraffic = (url: string | URL, request: HttpRequest, send: HttpFetch) => Promise<HttpAnswer>;

/** The way out to gateways, at which somebody can look. While nobody does, nothing is noted, and nothing is loaded for it. */
export class TrafficTap {
  readonly #watches = new Map<string, WatchTraffic>();

  /** The same way out, at which somebody can look. */
  watched(fetch: HttpFetch): HttpFetch {
    return (url, request = {}) => {
      let way = fetch;
      for (const watch of this.#watches.values()) {
        const next = way;
        way = (to, asked = {}) => watch(to, asked, next);
      }
      return way(url, request);
    };
  }

  /** Whether somebody looks at the traffic of this gateway. */
  isWatched(connectionId: string): boolean {
    return this.#watches.has(connectionId);
  }

  /** Lets somebody look at the traffic of a gateway; undefined ends it. */
  watch(connectionId: string, watch: WatchTraffic | undefined): void {
    if (watch) this.#watches.set(connectionId, watch);
    else this.#watches.delete(connectionId);
  }
}
