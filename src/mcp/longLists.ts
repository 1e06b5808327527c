import type { JSONRPCMessage } from "@modelcontextprotocol/client";
import { MAX_LISTED_TEXT } from "../lib/limits.ts";
import type { Pieces } from "../lib/pieces.ts";
import { isListMethod, lists } from "./lists.ts";
import { UNREAD } from "./pages.ts";
import { type BegunList, startOfList } from "./wire/startOfList.ts";

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
  const list = field && startOfList(begun, field);
  return list ? endingThere(request, list) : undefined;
}

/**
 * The same where answers to several requests come one after the other, and only their ids say to which.
 *
 * @param asked the requests for lists that have no answer yet
 * @returns `undefined` also for an answer of which nobody can tell yet to which of them it is
 */
export function listStartOf(asked: readonly JSONRPCMessage[], begun: Pieces): JSONRPCMessage | undefined {
  for (const field of new Set(asked.map(fieldOf))) {
    const list = field && startOfList(begun, field);
    if (!list) continue;
    const alike = asked.filter((one) => fieldOf(one) === field);
    const named = alike.filter((one) => "id" in one && String(one.id) === String(list.id));
    const [request, ...others] = list.id === undefined ? alike : named;
    return request && others.length === 0 ? endingThere(request, list) : undefined;
  }
  return undefined;
}

/** Whether it asks for a list. */
export const asksForList = (message: JSONRPCMessage): boolean => fieldOf(message) !== undefined && "id" in message;

function endingThere(request: JSONRPCMessage, { result }: BegunList): JSONRPCMessage | undefined {
  if (!("id" in request)) return undefined;
  return { jsonrpc: "2.0", id: request.id, result: { ...result, nextCursor: UNREAD } } as JSONRPCMessage;
}

function fieldOf(request: JSONRPCMessage | undefined): string | undefined {
  const method = request && "method" in request ? request.method : "";
  return isListMethod(method) ? lists[method].field : undefined;
}
