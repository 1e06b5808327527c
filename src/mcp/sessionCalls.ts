import type { JSONRPCMessage, RequestId, Transport } from "@modelcontextprotocol/server";
import { isJsonObject } from "../lib/json/jsonObject.ts";
import type { Json } from "./passThrough.ts";
import { errorOf } from "./plainCalls.ts";

type MessageExtra = Parameters<NonNullable<Transport["onmessage"]>>[1];

/** A call of a tool, as it came. */
export interface SessionCall {
  readonly id: RequestId;
  readonly params: Json;
  /** Aborted when its caller gives it up, or the session ends. */
  readonly signal: AbortSignal;
  readonly extra: MessageExtra;
}

type Asked = Pick<SessionCall, "id" | "params">;

/**
 * Answers the calls of tools in one session of a caller (2025-11-25 and before), as the SDK's server would, which makes a
 * context with a dozen members for each and finds in none of them anything for us. All other messages are the SDK's.
 */
export class SessionCalls {
  readonly #transport: Transport;
  readonly #answer: (call: SessionCall) => Promise<Json>;
  /** What ends each call that is being answered. */
  readonly #open = new Map<RequestId, AbortController>();

  /** @param transport has the SDK's server behind it */
  constructor(transport: Transport, answer: (call: SessionCall) => Promise<Json>) {
    this.#transport = transport;
    this.#answer = answer;
    const deliver = transport.onmessage;
    transport.onmessage = (message, extra) => {
      if (isPlainCall(message)) void this.#call(message, extra);
      else if (!this.#givesUp(message)) deliver?.(message, extra);
    };
  }

  /** Ends what is being answered. */
  close(): void {
    for (const end of this.#open.values()) end.abort(new Error("the session ended"));
    this.#open.clear();
  }

  async #call({ id, params }: Asked, extra: MessageExtra): Promise<void> {
    const end = new AbortController();
    const { signal } = end;
    this.#open.set(id, end);
    const answer = await this.#answer({ id, params, signal, extra }).then(
      (result) => ({ jsonrpc: "2.0", id, result }),
      (failure: unknown) => ({ jsonrpc: "2.0", id, error: errorOf(failure) }),
    );
    try {
      // Nobody waits for the answer to what was given up (2025-11-25, basic/utilities/cancellation).
      if (!signal.aborted) await this.#transport.send(answer as JSONRPCMessage);
    } catch (error) {
      this.#transport.onerror?.(new Error(`Failed to send response: ${error}`));
    } finally {
      if (this.#open.get(id) === end) this.#open.delete(id);
    }
  }

  #givesUp(message: JSONRPCMessage): boolean {
    if (!("method" in message) || message.method !== "notifications/cancelled") return false;
    const { requestId, reason } = (message.params ?? {}) as {
      readonly requestId?: RequestId;
      readonly reason?: unknown;
    };
    const end = requestId === undefined ? undefined : this.#open.get(requestId);
    end?.abort(reason);
    return end !== undefined;
  }
}

/** Whether there is nothing in a call that the SDK would take out of it. */
function isPlainCall(message: JSONRPCMessage): message is JSONRPCMessage & Asked {
  if (!("method" in message) || !("id" in message) || message.method !== "tools/call") return false;
  const { params } = message;
  if (!isJsonObject(params) || "inputResponses" in params || "requestState" in params) return false;
  const { _meta: meta } = params;
  return meta === undefined || (isJsonObject(meta) && Object.keys(meta).every((key) => !key.startsWith(OF_PROTOCOL)));
}

const OF_PROTOCOL = "io.modelcontextprotocol/";
