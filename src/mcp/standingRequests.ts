import { pause } from "../lib/waiting.ts";
import type { Json } from "./passThrough.ts";
import type { UpstreamConnection } from "./upstreamConnection.ts";

/** How often a server is asked in a row for the stream of its changes when it does not give it. */
const LISTEN_ATTEMPTS = 10;
const LONGEST_LISTEN_WAIT_MS = 60_000;

/**
 * What a caller asked for once and expects of every later connection too: a log level, resources to be told of, and
 * the changes of lists.
 */
export class StandingRequests {
  readonly #hearsChanges: boolean;
  readonly subscriptions = new Set<string>();
  logLevel: string | undefined;

  /** @param hearsChanges whether anybody hears it when lists change; only then the server is asked to tell */
  constructor(hearsChanges: boolean) {
    this.#hearsChanges = hearsChanges;
  }

  /** Asks a new connection for all of it. A server that refuses some of it still answers calls. */
  async restore(connection: UpstreamConnection, whileUsed: AbortSignal): Promise<void> {
    connection.logLevel = this.logLevel;
    if (connection.era === "modern") return await this.listen(connection, whileUsed);
    const ask = (method: string, params: Json) => connection.request({ method, params, options: {} });
    const asks: Promise<Json>[] = [];
    if (this.logLevel !== undefined && connection.capabilities.logging !== undefined) {
      asks.push(ask("logging/setLevel", { level: this.logLevel }));
    }
    for (const uri of this.subscriptions) asks.push(ask("resources/subscribe", { uri }));
    await Promise.allSettled(asks);
  }

  /** Follows the changes of a server of 2026-07-28, also after it ended the stream of them. */
  async listen(connection: UpstreamConnection, whileUsed: AbortSignal): Promise<void> {
    if (!this.#hearsChanges && this.subscriptions.size === 0) return await connection.stopListening();
    for (let attempt = 0; attempt < LISTEN_ATTEMPTS && !connection.isClosed; attempt++) {
      try {
        if ((await connection.listen([...this.subscriptions])) === "local") return;
        attempt = 0;
      } catch {
        // A server may refuse change notifications, or be away for a moment; the lists are read anyway.
      }
      await pause(Math.min(LONGEST_LISTEN_WAIT_MS, 1000 * 2 ** attempt), whileUsed);
      if (whileUsed.aborted) return;
    }
  }
}
