import type { ListMethod } from "./lists.ts";
import type { Json } from "./passThrough.ts";
import type { Peer } from "./peer.ts";
import type { UpstreamConnection } from "./upstreamConnection.ts";

/** What an `UpstreamLink` leaves to whoever uses it. */
export interface LinkPolicy {
  /**
   * Opens a connection.
   *
   * @param peer hears what the server says on its own
   * @param signal aborted when the link is closed
   */
  readonly open: (peer: Peer, signal: AbortSignal) => Promise<UpstreamConnection>;
  /** An error in the words of whoever uses the link. */
  readonly failureOf: (error: unknown) => unknown;
  /** Whether a request may be sent once more that failed so: because the server cannot have seen it, say. */
  readonly mayRepeat: (failure: unknown, method: string, params: Json | undefined) => boolean;
  /** Whether anybody hears it when lists change; only then the server is asked to tell. */
  readonly hearsChanges: boolean;
  /** Whether a subscription opens a connection, or waits for the one that something else opens. */
  readonly connectsToSubscribe: boolean;
  readonly onConnected?: (connection: UpstreamConnection) => void;
  /** A connection ended that nobody here closed. */
  readonly onLost?: (connection: UpstreamConnection) => void;
  readonly onRepeat?: (because: "session unknown" | "not answered") => void;
  readonly onListed: (method: ListMethod, items: readonly Json[]) => void;
  /** The server says that lists changed. */
  readonly onListChanged?: (methods: readonly ListMethod[]) => void;
  /** Nothing uses the link any more, for now. */
  readonly onIdle?: () => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
