import { carriedBytes } from "./carriedResult.ts";

/**
 * A JSON-RPC message as a line (2025-11-25, basic/transports, stdio), in the pieces to write one after the other. A result
 * that was carried here is written as it came.
 *
 * An answer has its id in front, so that who only passes it on need not read it all.
 */
export function messageLine(message: object): readonly (string | Uint8Array)[] {
  const { id, result, ...rest } = message as { id?: unknown; result?: unknown };
  if (id === undefined) return [`${JSON.stringify(message)}\n`];
  const carried = carriedBytes(result);
  if (carried !== undefined) return [`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":`, ...carried, "}\n"];
  return [`${JSON.stringify({ jsonrpc: "2.0", id, ...rest, ...(result !== undefined && { result }) })}\n`];
}
