import type { Json } from "../mcp/passThrough.ts";
import type { Caller } from "../mcp/peer.ts";

/**
 * A caller with extensions of MCP among its capabilities that are used on its way to the gateway, and not by itself
 * (2026-07-28, basic/index, capabilities). What it declares itself stays.
 */
export function announcing(caller: Caller, extensions: readonly string[]): Caller {
  if (extensions.length === 0) return caller;
  const own = Object.fromEntries(extensions.map((name) => [name, {}]));
  const { extensions: declared, ...others } = caller.capabilities;
  return { ...caller, capabilities: { ...others, extensions: { ...own, ...(declared as Json | undefined) } } };
}
