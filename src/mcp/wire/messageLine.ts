import type { Piece } from "../../lib/servedHttp.ts";
import { carriedBytes } from "./carriedResult.ts";

/**
 * A JSON-RPC message as the pieces to write one after the other. A result that was carried here is written as it came.
 *
 * An answer has its id in front, so that who only passes it on need not read it all.
 */
export function messagePieces(message: object): readonly Piece[] {
  const answer = message as { id?: unknown; result?: unknown };
  if (answer.id === undefined) return [JSON.stringify(message)];
  const carried = carriedBytes(answer.result);
  if (carried !== undefined) return [`{"jsonrpc":"2.0","id":${JSON.stringify(answer.id)},"result":`, ...carried, "}"];
  const { id, result, ...rest } = answer;
  return [JSON.stringify({ jsonrpc: "2.0", id, ...rest, ...(result !== undefined && { result }) })];
}

/** The same as a line (2025-11-25, basic/transports, stdio). */
export function messageLine(message: object): readonly Piece[] {
  const pieces = messagePieces(message);
  const [only] = pieces;
  return pieces.length === 1 && typeof only === "string" ? [`${only}\n`] : [...pieces, "\n"];
}

/** The same as an event of a stream (2025-11-25, basic/transports, streamable HTTP). */
export function messageEvent(message: object): readonly Piece[] {
  return ["event: message\ndata: ", ...messagePieces(message), "\n\n"];
}
