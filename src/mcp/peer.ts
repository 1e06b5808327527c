import { ProtocolError } from "@modelcontextprotocol/client";
import type { Json } from "./passThrough.ts";
import type { OnProgress } from "./progressToken.ts";

/** Who answers what an upstream server asks, and hears what it says: the caller whose request it is working on. */
export interface Peer {
  /**
   * Asks the caller: sampling, elicitation, roots.
   *
   * @param options `signal` is aborted when the server takes its question back
   * @throws the caller's JSON-RPC error
   */
  request(
    method: string,
    params: Json | undefined,
    options: { readonly signal: AbortSignal; readonly onprogress?: OnProgress | undefined },
  ): Promise<Json>;

  /** Tells the caller. Nobody waits for it, and a caller who is gone misses it. */
  notify(method: string, params: Json | undefined): void;
}

/** Who is calling, as an upstream server learns it: name and capabilities, as the caller declared them. */
export interface Caller {
  readonly clientInfo: Json & { readonly name: string; readonly version: string };
  readonly capabilities: Json;
}

/** What goes with one request on its way from a caller to an upstream server. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onprogress?: OnProgress | undefined;
  /** Who is asked and told while this request is open; by default whoever the connection belongs to. */
  readonly peer?: Peer | undefined;
  /** Hands an `input_required` result (2026-07-28, basic/patterns/mrtr) to the caller instead of asking the peer. */
  readonly passInputRequired?: boolean | undefined;
  /**
   * The result may be carried in its bytes (`wire/carriedResult.ts`), where nothing between the server and the caller
   * has to see it. Whoever looks into results leaves it out.
   */
  readonly mayCarry?: boolean | undefined;
  /** No other request may share the connection, so that the server's questions and log are known to be this one's. */
  readonly exclusive?: boolean | undefined;
  /** The least severe log message that this request wants; it has to be exclusive. */
  readonly logLevel?: string | undefined;
}

/** One request of a caller, from the front that received it to the connection that sends it on. */
export interface CallerRequest {
  readonly method: string;
  readonly params: Json | undefined;
  readonly options: CallOptions;
}

export const METHOD_NOT_FOUND = -32601;
export const INVALID_PARAMS = -32602;
export const INTERNAL_ERROR = -32603;

/** A peer behind which there is nobody: it refuses every question and hears nothing. */
export const nobody: Peer = {
  async request() {
    throw new ProtocolError(METHOD_NOT_FOUND, "Nobody is there to answer");
  },
  notify() {},
};
