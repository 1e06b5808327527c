import type { Json } from "../../mcp/passThrough.ts";
import type { OnProgress } from "../../mcp/progressToken.ts";

/** Who answers what a target asks and hears what it says: the caller of the gateway. */
export interface CallerSide {
  /**
   * Asks the caller: sampling, elicitation, roots.
   *
   * @throws the caller's JSON-RPC error
   */
  request(
    method: string,
    params: Json | undefined,
    options: { readonly signal: AbortSignal; readonly onprogress?: OnProgress | undefined },
  ): Promise<Json>;

  /** Tells the caller. Nobody waits for it. */
  notify(method: string, params: Json | undefined): void;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onprogress?: OnProgress | undefined;
  /** Who is asked while this call is open; otherwise whoever the link belongs to. */
  readonly caller?: CallerSide | undefined;
  /** Hand an `input_required` result (2026-07-28, MRTR) to the caller instead of asking. */
  readonly passInputRequired?: boolean | undefined;
  /** Whether no other call may be open on the connection that takes it, so that the target's questions are its own. */
  readonly apart?: boolean | undefined;
  /** The least severe log message that this call wants; it has to be apart. */
  readonly logLevel?: string | undefined;
}
