import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/client";
import { isJsonObject } from "../lib/json/jsonObject.ts";
import type { Json } from "./passThrough.ts";
import { placeholderFor, resultBehind } from "./placeholderResult.ts";

/**
 * Has the SDK accept the results of a connected server of 2026-07-28 without looking at them: it gets a placeholder, and
 * `givenResult` takes the server's own result out of what it returns. Its schemas read all of an answer and refuse it for one
 * member that they do not expect. An intermediary hands on what it is given, and the program that asked validates it.
 *
 * The SDK still sees a result that asks for input, which it has to answer, and one of a type that nobody knows. A result
 * that does not say its type is complete, as those of the revisions before (2026-07-28, basic).
 */
export function skipResultValidation(transport: Transport): void {
  const deliver = transport.onmessage;
  transport.onmessage = (message, ...rest) => deliver?.(withPlaceholder(message), ...rest);
}

function withPlaceholder(message: JSONRPCMessage): JSONRPCMessage {
  if (!("result" in message)) return message;
  const { result } = message as { readonly result: unknown };
  if (!isJsonObject(result)) return message;
  const { resultType = "complete" } = result;
  return resultType === "complete" ? { ...message, result: placeholderFor(result) } : message;
}

/** The server's own result, from the one that the SDK returned. */
export function givenResult(returned: Json): Json {
  const given = resultBehind(returned);
  if (given === undefined) return returned;
  const { resultType: _, ...result } = given;
  return result;
}
