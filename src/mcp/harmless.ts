import type { Json } from "./passThrough.ts";

/**
 * Whether sending a request twice has no more effect than sending it once. Only a tool may have any, and says in its
 * annotations that it has none (2025-11-25, schema, ToolAnnotations).
 *
 * @param tool finds a tool as it was last listed
 */
export function isHarmless(
  method: string,
  params: Json | undefined,
  tool: (name: string) => Json | undefined,
): boolean {
  if (method !== "tools/call") return true;
  const hints = tool(String(params?.name))?.annotations as Json | undefined;
  return hints?.readOnlyHint === true || hints?.idempotentHint === true;
}
