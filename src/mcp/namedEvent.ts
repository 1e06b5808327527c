import type { JSONRPCMessage } from "@modelcontextprotocol/client";
import type { Pieces } from "../lib/pieces.ts";
import { messageIn } from "./readMessage.ts";

/**
 * The message in an event of another name than `message`, where it plainly is one for whoever opened the stream. The revisions
 * name no event for messages (2025-11-25, basic/transports), whose own SDKs drop such events (HTML, 9.2.6), but nobody sends an
 * answer again that a server was seen to name after what is in it. Most of them are no messages: signs of life, or data of the
 * server's own.
 *
 * @param request the one that the stream is to answer; `undefined` where it is to answer none
 */
export function messageOfNamedEvent(data: Pieces, request: JSONRPCMessage | undefined): JSONRPCMessage | undefined {
  let message: JSONRPCMessage;
  try {
    message = messageIn(data, false);
  } catch {
    return undefined;
  }
  if ("method" in message) return message;
  const asked = request !== undefined && "id" in request ? request.id : undefined;
  // Here an id is what tells an answer from data that looks like one, but for an error, which may know of none.
  const isOfNobody = message.id === undefined || message.id === null;
  if (isOfNobody) return "error" in message && asked !== undefined ? message : undefined;
  return asked === undefined || String(message.id) === String(asked) ? message : undefined;
}
