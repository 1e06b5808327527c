import type { JSONRPCMessage } from "@modelcontextprotocol/client";
import { MAX_LISTED_TEXT } from "../lib/limits.ts";
import type { Pieces } from "../lib/pieces.ts";
import { isListMethod, lists } from "./lists.ts";
import { UNREAD } from "./pages.ts";
import { startOfList } from "./wire/startOfList.ts";

/** The most that is read of the answer to a request, in bytes: of a list less than of a result. */
export const listLimit = (request: JSONRPCMessage | undefined, maxBytes: number): number =>
  fieldOf(request) === undefined ? maxBytes : Math.min(MAX_LISTED_TEXT, maxBytes);

/**
 * The answer to a request for a list, from the beginning of one that is longer than is read: the list ends there.
 *
 * @returns `undefined` for an answer that is no list
 */
export function listStart(request: JSONRPCMessage, begun: Pieces): JSONRPCMessage | undefined {
  const field = fieldOf(request);
  const result = field && startOfList(begun, field);
  if (!result || !("id" in request)) return undefined;
  return { jsonrpc: "2.0", id: request.id, result: { ...result, nextCursor: UNREAD } } as JSONRPCMessage;
}

function fieldOf(request: JSONRPCMessage | undefined): string | undefined {
  const method = request && "method" in request ? request.method : "";
  return isListMethod(method) ? lists[method].field : undefined;
}
