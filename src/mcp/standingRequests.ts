import { ProtocolError } from "@modelcontextprotocol/client";
import { LONGEST_URI, MOST_SUBSCRIPTIONS } from "../lib/limits.ts";
import { doneWithin, pause } from "../lib/waiting.ts";
import type { Json } from "./passThrough.ts";
import { INVALID_PARAMS } from "./peer.ts";
import type { UpstreamConnection } from "./upstreamConnection.ts";

/** How many times in a row we ask for the stream of changes when the server does not open it. */
const LISTEN_ATTEMPTS = 10;
const LONGEST_LISTEN_WAIT_MS = 60_000;

/** How long a call waits for the log level that its caller has set, in milliseconds. */
const LONGEST_LEVEL_WAIT_MS = 1_000;

/**
 * Remembers what a caller asked for once and expects of every later connection: a log level, subscriptions to
 * resources, and notifications of changed lists.
 */
export class StandingRequests {
  readonly #hearsChanges: boolean;
  readonly subscriptions = new Set<string>();
  logLevel: string | undefined;

  /** @param hearsChanges whether anybody listens for changed lists; only then the server is asked to tell */
  constructor(hearsChanges: boolean) {
    this.#hearsChanges = hearsChanges;
  }

  /** @throws ProtocolError where the caller subscribes to more than anybody reads */
  subscribe(uri: string): void {
    if (uri.length > LONGEST_URI) throw new ProtocolError(INVALID_PARAMS, "The uri is too long");
    if (this.subscriptions.size >= MOST_SUBSCRIPTIONS && !this.subscriptions.has(uri)) {
      const words = `No more than ${MOST_SUBSCRIPTIONS} resources can be subscribed to at once`;
      throw new ProtocolError(INVALID_PARAMS, words);
    }
    this.subscriptions.add(uri);
  }

  /**
   * Asks for all of it on a new connection. Failures are ignored: such a server still answers calls.
   *
   * @returns when the log level holds, so that what the next call logs is told, or the server lets us wait
   */
  async restore(connection: UpstreamConnection, whileUsed: AbortSignal): Promise<void> {
    connection.logLevel = this.logLevel;
    if (connection.era === "modern") return void this.listen(connection, whileUsed);
    const ask = (method: string, params: Json) => connection.request({ method, params, options: {} }).catch(() => {});
    for (const uri of this.subscriptions) void ask("resources/subscribe", { uri });
    if (this.logLevel === undefined || connection.capabilities.logging === undefined) return;
    await doneWithin(LONGEST_LEVEL_WAIT_MS, ask("logging/setLevel", { level: this.logLevel }));
  }

  /** Listens for changes of a 2026-07-28 server, and reopens the stream when the server ends it. */
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
