import { classifyInboundRequest, PROTOCOL_VERSION_META_KEY } from "@modelcontextprotocol/server";
import { isJsonObject } from "../lib/json/jsonObject.ts";
import type { ServedRequest } from "../lib/servedHttp.ts";
import type { Json } from "./passThrough.ts";
import { plainKind } from "./plainKind.ts";

/**
 * Whether a request is one of 2025-11-25 or earlier, by the SDK's own rules. Its schemas are not asked about a message
 * that says nothing of itself, where the header names no later revision either, nor about one that names a revision in
 * `_meta`: whatever else is wrong with that, it is refused as one of 2026-07-28.
 *
 * @param body the JSON of a POST; `undefined` where it is none
 */
export function isLegacy(request: ServedRequest, body: unknown): boolean {
  const { method, headers } = request;
  if (method === "POST" && body === undefined) return true;
  const kind = method === "POST" ? plainKind(body) : undefined;
  if (kind === "Request" || kind === "Notification") {
    const { method: asked, params } = body as Json;
    const { _meta: meta } = (params ?? {}) as Json;
    const version = headers.get("mcp-protocol-version");
    if (meta === undefined && (version === null || version < "2026")) return true;
    // What begins a session is one of its own revision, unless all that it says of itself is good.
    const isNamed = isJsonObject(meta) && PROTOCOL_VERSION_META_KEY in meta;
    if (kind === "Request" && asked !== "initialize" && isNamed) return false;
  }
  return classified(request, body).kind === "legacy";
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
