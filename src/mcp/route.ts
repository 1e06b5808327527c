import type { Json } from "./passThrough.ts";
import type { CallerRequest } from "./peer.ts";

/**
 * Where the requests of one caller go: links to one gateway, or a router over many targets. Fronts (`CallerSession`,
 * `StatelessFront`) speak with callers and know no servers; a route knows servers and no callers, other than by the
 * peer it was given.
 *
 * What has to see a message in its parsed form (who may ask, lists, filters, failures) belongs into `handle`.
 */
export interface Route {
  /**
   * Answers one request.
   *
   * @throws ProtocolError whose message the caller may see
   */
  handle(request: CallerRequest): Promise<Json>;
  /** Hands on a notification of the caller. */
  notify(method: string, params: Json | undefined): Promise<void>;
  /** Closes what requests needed beside the first connection and nothing needs any more. */
  sweep(): void;
  close(): Promise<void>;
}

/** What both fronts are told about themselves and leave to whoever uses them. */
export interface FrontWorld<C> {
  /** How callers get to know this server. */
  readonly serverInfo: { readonly name: string; readonly version: string };
  readonly capabilities: () => Json;
  /** What a model is told about how to use the server. */
  readonly instructions: () => string | undefined;
  /** The largest message that a caller may send, in bytes, where the SDK reads it. */
  readonly maxBodyBytes?: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Sees how each request ends, for who `handle` was called with as its context. */
  readonly observe?: (answered: Promise<Json>, context: C) => Promise<Json>;
}
