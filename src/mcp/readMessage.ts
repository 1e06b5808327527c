import { isInitializeRequest, type JSONRPCMessage, parseJSONRPCMessage } from "@modelcontextprotocol/client";
import type { Json } from "./passThrough.ts";
import { carriedAnswer, isPlainMeta } from "./wire/carriedResult.ts";

/**
 * The message that an event is.
 *
 * @param carries whether its result may be carried in its bytes
 * @throws what `readMessage` does
 */
export function messageIn(bytes: Uint8Array, carries: boolean): JSONRPCMessage {
  const carried = carries ? carriedAnswer(bytes) : undefined;
  return carried ?? readMessage(utf8.decode(bytes));
}

/** The messages that a body is, which may be a batch. @throws what `readMessage` does */
export function messagesIn(bytes: Uint8Array, carries: boolean): readonly JSONRPCMessage[] {
  const carried = carries ? carriedAnswer(bytes) : undefined;
  if (carried !== undefined) return [carried];
  const value: unknown = JSON.parse(utf8.decode(bytes));
  return (Array.isArray(value) ? value : [value]).map(asMessage);
}

/**
 * Reads one JSON-RPC message, as the SDK reads it. Its schemas are asked only about messages that are not plain results:
 * they take several times what `JSON.parse` does, and of a result they would look at two members of `_meta` alone.
 *
 * @throws SyntaxError where it is no JSON or no message
 */
export const readMessage = (text: string): JSONRPCMessage => asMessage(JSON.parse(text));

/** @throws SyntaxError where a value is no message */
export function asMessage(value: unknown): JSONRPCMessage {
  if (isPlainResult(value) || isPlainRequest(value)) return value as JSONRPCMessage;
  try {
    return parseJSONRPCMessage(withoutNullId(value));
  } catch {
    // The schemas' own error is a page long, and has what was found in it.
    throw new SyntaxError("no JSON-RPC message");
  }
}

/** An error that is of no request has a null id (JSON-RPC 2.0, 5), and none in the SDK's eyes. */
function withoutNullId(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("error" in value) || (value as Json).id !== null) return value;
  const { id: _, ...rest } = value as Json;
  return rest;
}

/** Whether a message begins a session, as the SDK judges it. */
export const isInitialize = (value: unknown): boolean =>
  (value as Json | null | undefined)?.method === "initialize" && isInitializeRequest(value);

/** The error answer that a text is, if it is one. */
export function errorIn(text: string | null): (JSONRPCMessage & { readonly id?: unknown }) | undefined {
  try {
    const message = readMessage(text ?? "");
    return "error" in message ? message : undefined;
  } catch {
    return undefined;
  }
}

function isPlainResult(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { jsonrpc, id, result } = value as Json;
  return (
    jsonrpc === "2.0" &&
    (typeof id === "string" || Number.isSafeInteger(id)) &&
    typeof result === "object" &&
    result !== null &&
    !Array.isArray(result) &&
    ((result as Json)._meta === undefined || isPlainMeta((result as Json)._meta)) &&
    Object.keys(value).length === 3
  );
}

/** A request or notification about which the SDK's schemas have nothing to say: it says nothing of itself in `_meta`. */
export function isPlainRequest(value: unknown): value is Json & { readonly method: string } {
  if (typeof value !== "object" || value === null) return false;
  const { jsonrpc, id, method, params } = value as Json;
  const members = (id !== undefined ? 3 : 2) + (params !== undefined ? 1 : 0);
  return (
    jsonrpc === "2.0" &&
    typeof method === "string" &&
    (id === undefined || typeof id === "string" || Number.isSafeInteger(id)) &&
    (params === undefined ||
      (typeof params === "object" &&
        params !== null &&
        !Array.isArray(params) &&
        (params as Json)._meta === undefined)) &&
    Object.keys(value).length === members
  );
}

const utf8 = new TextDecoder();
