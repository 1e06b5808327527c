import type { Json } from "../mcp/passThrough.ts";
import type { OnProgress } from "../mcp/progressToken.ts";

/** Who answers what the gateway asks and says on its own: the editor behind one session. */
export interface EditorSide {
  /**
   * Asks the editor: sampling, elicitation, roots.
   *
   * @throws the editor's JSON-RPC error
   */
  request(
    method: string,
    params: Json | undefined,
    options: { readonly signal: AbortSignal; readonly onprogress?: OnProgress },
  ): Promise<Json>;

  /** Tells the editor. Nobody waits for it, and a session that is gone drops it. */
  notify(method: string, params: Json | undefined): void;
}

/** What a gateway learns about who is calling: the editor's own name and capabilities, as it declared them. */
export interface Caller {
  readonly clientInfo: Json & { readonly name: string; readonly version: string };
  readonly capabilities: Json;
}
