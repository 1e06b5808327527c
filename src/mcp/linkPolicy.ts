import type { ListMethod } from "./lists.ts";
import type { Json } from "./passThrough.ts";
import type { Peer } from "./peer.ts";
import type { UpstreamConnection } from "./upstreamConnection.ts";

/** What the relay and the local gateway each decide about an `UpstreamLink`. */
export interface LinkPolicy {
  /**
   * Opens a connection.
   *
   * @param peer answers and hears the server when no request brings a peer of its own
   * @param signal aborted when the link is closed
   */
  readonly open: (peer: Peer, signal: AbortSignal) => Promise<UpstreamConnection>;
  /**
   * Translates an error into a failure of the program that uses the link.
   *
   * @param wasSent whether it came while a request waited for its answer, and not before that could be sent
   */
  readonly failureOf: (error: unknown, wasSent: boolean) => unknown;
  /** Whether sending a request twice has no more effect than sending it once. */
  readonly isHarmless: (method: string, params: Json | undefined) => boolean;
  /** Whether a request that failed may be sent once more, because the server cannot have seen it for instance. */
  readonly mayRepeat: (failure: unknown, isHarmless: boolean) => boolean;
  /** Whether anybody listens for changed lists; only then the link asks the server to tell. */
  readonly hearsChanges: boolean;
  /** Whether a subscription opens a connection, or waits until another request opens one. */
  readonly connectsToSubscribe: boolean;
  readonly onConnected?: (connection: UpstreamConnection) => void;
  /** Called when a connection ended that the link did not close, or is of no use any more. */
  readonly onLost?: (connection: UpstreamConnection) => void;
  readonly onRepeat?: (because: string) => void;
  readonly onListed: (method: ListMethod, items: readonly Json[]) => void;
  /** Called when the server says that lists changed. */
  readonly onListChanged?: (methods: readonly ListMethod[]) => void;
  /** Called when the last request on the link ended. */
  readonly onIdle?: () => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
