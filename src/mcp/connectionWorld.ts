import type { VersionNegotiationMode } from "@modelcontextprotocol/client";
import type { ListMethod } from "./lists.ts";
import type { Json } from "./passThrough.ts";
import type { Caller, Peer } from "./peer.ts";
import type { Connecting } from "./upstreamClient.ts";

/** What an `UpstreamConnection` is made with. */
export interface ConnectionWorld extends Connecting {
  /** What the server is told about who calls. */
  readonly caller: Caller;
  /** Who is asked and told when no request is open that says otherwise. Change notifications go to it in any case. */
  readonly peer: Peer;
  readonly negotiation: VersionNegotiationMode;
  /** A tool as it was listed last: its schema says which arguments become headers. */
  readonly tool: (name: string) => Json | undefined;
  /** Told of the tools that were listed anew because the server refused the headers of a call. */
  readonly onRelisted: (tools: readonly Json[]) => void;
  /** Told once for each list that the server would not end. */
  readonly onCutShort?: ((method: ListMethod, reason: string) => void) | undefined;
  /** Told of what goes wrong beside the requests. Messages of the SDK can quote what a server sent. */
  readonly onError?: ((error: Error) => void) | undefined;
}
