import type { ListMethod } from "./lists.ts";
import type { Json } from "./passThrough.ts";
import type { Caller, Peer } from "./peer.ts";
import type { Connecting } from "./upstreamClient.ts";

/** What an `UpstreamConnection` needs to be opened. */
export interface ConnectionWorld extends Connecting {
  /** What the server is told about the caller. */
  readonly caller: Caller;
  /** Answers and hears the server when no request brings a peer of its own. Always hears change notifications. */
  readonly peer: Peer;
  /** Finds a tool as it was last listed; its schema says which arguments become headers. */
  readonly tool: (name: string) => Json | undefined;
  /** Receives the tools that the connection listed again because the server refused the headers of a call. */
  readonly onRelisted: (tools: readonly Json[]) => void;
  /** Called once for each list that the server does not end. */
  readonly onCutShort?: ((method: ListMethod, reason: string) => void) | undefined;
  /** Called once for each item of a list that is left out, with what it is called and why. */
  readonly onLeftOut?: ((method: ListMethod, item: string, reason: string) => void) | undefined;
  /** Receives errors that belong to no request. Do not log their messages: they can quote what a server sent. */
  readonly onError?: ((error: Error) => void) | undefined;
}
