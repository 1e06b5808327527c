import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  type JSONRPCMessage,
  PROTOCOL_VERSION_META_KEY,
  ProtocolError,
  SdkError,
  SdkErrorCode,
  type Transport,
} from "@modelcontextprotocol/client";
import { isJsonObject } from "../lib/json/jsonObject.ts";
import type { Json } from "./passThrough.ts";
import type { Caller, CallOptions } from "./peer.ts";
import type { ServerIdentity } from "./upstreamClient.ts";

/** Beyond all ids of the SDK's client, which counts from 0, and within what any server keeps a number in. */
const FIRST_ID = 1_000_000_000;

interface OpenCall {
  readonly answered: (message: JSONRPCMessage) => void;
  readonly failed: (error: Error) => void;
  readonly onprogress: CallOptions["onprogress"];
}

/**
 * Calls tools at a connected server over HTTP, as the SDK's client does it in either era, at a fraction of what that takes: it
 * reads each answer with schemas, and an intermediary judges no results. All other requests, and whatever else comes from the
 * server, are the SDK's.
 */
export class ToolCalls {
  readonly #transport: Transport;
  /** What each request says of itself (2026-07-28, basic, `_meta`); nothing in the revisions before. */
  readonly #envelope: Json | undefined;
  readonly #open = new Map<number, OpenCall>();
  #lastId = FIRST_ID;

  /** @param transport has the SDK's client behind it */
  constructor(transport: Transport, caller: Caller, { era, protocolVersion }: ServerIdentity) {
    this.#transport = transport;
    this.#envelope =
      era === "legacy"
        ? undefined
        : {
            [PROTOCOL_VERSION_META_KEY]: protocolVersion,
            [CLIENT_INFO_META_KEY]: caller.clientInfo,
            [CLIENT_CAPABILITIES_META_KEY]: caller.capabilities,
          };
    const deliver = transport.onmessage;
    transport.onmessage = (message, ...rest) => {
      if (!this.#takes(message)) deliver?.(message, ...rest);
    };
  }

  /** @throws the server's own ProtocolError, SdkError as the SDK's client does, or what the transport does */
  async call(params: Json, { signal, onprogress }: CallOptions): Promise<Json> {
    if (signal?.aborted) throw givenUp(signal.reason);
    const id = ++this.#lastId;
    const envelope = this.#envelope;
    const _meta = {
      ...envelope,
      ...(params._meta as Json | undefined),
      ...(onprogress && { progressToken: id }),
    };
    const isAsGiven = envelope === undefined && onprogress === undefined;
    const message = { jsonrpc: "2.0", id, method: "tools/call", params: isAsGiven ? params : { ...params, _meta } };
    let onAbort: (() => void) | undefined;
    try {
      const answer = await new Promise<JSONRPCMessage>((resolve, reject) => {
        this.#open.set(id, { answered: resolve, failed: reject, onprogress });
        onAbort = () => {
          this.#open.delete(id);
          if (envelope === undefined) this.#cancel(id, signal?.reason);
          reject(givenUp(signal?.reason));
        };
        signal?.addEventListener("abort", onAbort, { once: true });
        // In 2026-07-28 a request is cancelled by ending its exchange (basic/transports).
        const ending = envelope !== undefined && signal !== undefined && { requestSignal: signal };
        this.#transport.send(message as JSONRPCMessage, { ...ending }).catch(reject);
      });
      if ("error" in answer) throw ProtocolError.fromError(answer.error.code, answer.error.message, answer.error.data);
      return resultOf(answer, envelope !== undefined);
    } finally {
      this.#open.delete(id);
      if (onAbort) signal?.removeEventListener("abort", onAbort);
    }
  }

  /** Ends all that waits for an answer. */
  close(): void {
    const open = [...this.#open.values()];
    this.#open.clear();
    for (const { failed } of open) failed(new SdkError(SdkErrorCode.ConnectionClosed, "Connection closed"));
  }

  /** @returns whether the message belongs to one of these calls */
  #takes(message: JSONRPCMessage): boolean {
    if (!("method" in message)) {
      // Some servers write the number as a text.
      const id = Number(message.id);
      const call = this.#open.get(id);
      this.#open.delete(id);
      call?.answered(message);
      return call !== undefined;
    }
    if (message.method !== "notifications/progress") return false;
    const { progressToken, ...progress } = (message.params ?? {}) as Json;
    const { onprogress } = this.#open.get(Number(progressToken)) ?? {};
    onprogress?.(progress);
    return onprogress !== undefined;
  }

  #cancel(id: number, reason: unknown): void {
    const params = { requestId: id, reason: String(reason) };
    this.#transport
      .send({ jsonrpc: "2.0", method: "notifications/cancelled", params })
      .catch((error: unknown) => this.#transport.onerror?.(new Error(`Failed to send cancellation: ${error}`)));
  }
}

const givenUp = (reason: unknown): Error =>
  reason instanceof SdkError ? reason : new SdkError(SdkErrorCode.RequestTimeout, String(reason));

/**
 * The result without its type, but for one that asks for input (2026-07-28, basic/patterns/mrtr).
 *
 * @throws SdkError for one of a type that is not known
 */
function resultOf(answer: JSONRPCMessage, isModern: boolean): Json {
  const { result } = answer as { readonly result?: unknown };
  if (!isJsonObject(result)) throw invalid("not an object");
  if (result.resultType === undefined) return result;
  const { resultType, ...given } = result;
  if (!isModern || resultType === "complete") return given;
  if (typeof resultType !== "string") throw invalid("non-string resultType");
  if (resultType !== "input_required")
    throw new SdkError(SdkErrorCode.UnsupportedResultType, `Unsupported result type '${resultType}' for tools/call`);
  const { inputRequests: asked, requestState, _meta } = given;
  const inputRequests = isJsonObject(asked) ? asked : {};
  const hasState = typeof requestState === "string";
  if (Object.keys(inputRequests).length === 0 && !hasState)
    throw invalid("input_required carries neither inputRequests nor requestState");
  return { resultType, inputRequests, ...(hasState && { requestState }), ...(isJsonObject(_meta) && { _meta }) };
}

const invalid = (why: string) => new SdkError(SdkErrorCode.InvalidResult, `Invalid result for tools/call: ${why}`);
