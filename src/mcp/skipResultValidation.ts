import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/client";
import { isJsonObject } from "../lib/json/jsonObject.ts";
import type { Json } from "./passThrough.ts";
import { placeholderFor, resultBehind } from "./placeholderResult.ts";

/**
 * Keeps the results of a connected server of 2026-07-28 from the SDK's schemas, which refuse a whole answer for one
 * member that they do not expect, and read all of it. An intermediary hands on what it is given, and whoever asked
 * judges it. What asks for input, and what is of a type that is not known, the SDK still sees.
 *
 * A result that does not say its type is complete, as those of the revisions before (2026-07-28, basic).
 */
export function skipResultValidation(transport: Transport): void {
  const deliver = transport.onmessage;
  transport.onmessage = (message, ...rest) => deliver?.(withStandIn(message), ...rest);
}

function withStandIn(message: JSONRPCMessage): JSONRPCMessage {
  if (!("result" in message)) return message;
  const { result } = message as { readonly result: unknown };
  if (!isJsonObject(result)) return message;
  const { resultType = "complete" } = result;
  return resultType === "complete" ? { ...message, result: placeholderFor(result) } : message;
}

/** The result that the server gave, of one that the SDK returned. */
export function givenResult(returned: Json): Json {
  const given = resultBehind(returned);
  if (given === undefined) return returned;
  const { resultType: _, ...result } = given;
  return result;
}
