import { classifyInboundRequest } from "@modelcontextprotocol/server";
import type { ServedRequest } from "../lib/servedHttp.ts";
import { plainKind } from "./plainKind.ts";

/**
 * Whether a request is one of 2025-11-25 or earlier, by the SDK's own rules: its schemas are not asked about a message
 * that says nothing of itself, where the header names no later revision either.
 *
 * @param body the JSON of a POST; `undefined` where it is none
 */
export function isLegacy(request: ServedRequest, body: unknown): boolean {
  const { method, headers } = request;
  if (method === "POST" && body === undefined) return true;
  const version = headers.get("mcp-protocol-version");
  if (method === "POST" && (version === null || version < "2026") && isPlain(body)) return true;
  return classified(request, body).kind === "legacy";
}

/** Whether it is a request or notification that says nothing of itself in `_meta`. */
function isPlain(body: unknown): boolean {
  const kind = plainKind(body);
  if (kind !== "Request" && kind !== "Notification") return false;
  return (body as { readonly params?: { readonly _meta?: unknown } }).params?._meta === undefined;
}

/** What the SDK says a request is. */
export function classified(
  { method, headers }: ServedRequest,
  body: unknown,
): ReturnType<typeof classifyInboundRequest> {
  const version = headers.get("mcp-protocol-version");
  const mcpMethod = headers.get("mcp-method");
  const mcpName = headers.get("mcp-name");
  return classifyInboundRequest({
    httpMethod: method,
    ...(version !== null && { protocolVersionHeader: version }),
    ...(mcpMethod !== null && { mcpMethodHeader: mcpMethod }),
    ...(mcpName !== null && { mcpNameHeader: mcpName }),
    ...(body !== undefined && { body }),
  });
}
