import { ProtocolError, type Transport } from "@modelcontextprotocol/client";
import type { Json } from "./passThrough.ts";
import type { OnProgress } from "./progressToken.ts";

/** Answers what an upstream server asks, and hears what it says: the caller whose request the server is working on. */
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

  /** Tells the caller, without waiting. A caller who is gone misses it. */
  notify(method: string, params: Json | undefined): void;

  /**
   * Resolves when the caller can take more of what a server says to it; `undefined` while it can, or nobody can tell. A server
   * is read as fast as its caller reads.
   */
  drain?(): Promise<void> | undefined;
}

/** The messages of one caller, where they come on a line of their own. */
export type CallerLine = Transport & Pick<Peer, "drain">;

/** What an upstream server learns about the caller: name and capabilities, as the caller declared them. */
export interface Caller {
  readonly clientInfo: Json & { readonly name: string; readonly version: string };
  readonly capabilities: Json;
}

/** Options of one request on its way from a caller to an upstream server. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onprogress?: OnProgress | undefined;
  /** Answers and hears the server while this request is open; by default the owner of the connection. */
  readonly peer?: Peer | undefined;
  /** Returns an `input_required` result (2026-07-28, basic/patterns/mrtr) to the caller instead of asking the peer. */
  readonly passInputRequired?: boolean | undefined;
  /**
   * The result may be carried in its bytes (`wire/carriedResult.ts`), where nothing between the server and the caller
   * has to see it. Whoever looks into results leaves it out.
   */
  readonly mayCarry?: boolean | undefined;
  /** Keeps other such requests off its connection, so that the server's questions and log are known to be this one's. */
  readonly exclusive?: boolean | undefined;
  /** The least severe log message that this request wants. Requires `exclusive`. */
  readonly logLevel?: string | undefined;
  /** What the front was given with this request (`handle`): who sent it may differ from who opened the session. */
  readonly context?: unknown;
}

/** One request of a caller: the front receives it, a route handles it, a connection sends it. */
export interface CallerRequest {
  readonly method: string;
  readonly params: Json | undefined;
  readonly options: CallOptions;
}

export const METHOD_NOT_FOUND = -32601;
export const INVALID_PARAMS = -32602;
export const INTERNAL_ERROR = -32603;

/** A peer that refuses every question and hears nothing, where there is no caller. */
export const nobody: Peer = {
  async request() {
    throw new ProtocolError(METHOD_NOT_FOUND, "Nobody is there to answer");
  },
  notify() {},
};
