import { type HttpReply, jsonReply } from "../../lib/servedHttp.ts";

/**
 * Whether the gateway is well. An audit with gaps is reported but does not make it unhealthy: it still answers, and a
 * restart would not help.
 */
export function healthReply(stopping: boolean, auditLost: number): HttpReply {
  const status = stopping ? "stopping" : "ok";
  return jsonReply(stopping ? 503 : 200, { status, ...(auditLost > 0 && { auditLost }) });
}

export const textReply = (status: number, words: string): HttpReply => ({
  status,
  headers: { "content-type": "text/plain;charset=UTF-8" },
  body: [words],
});

/** Pages of this machine, such as the MCP Inspector, may read the answers. `admission` refuses all others. */
export const cors: HttpReply["headers"] = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, POST, DELETE, OPTIONS",
  "access-control-allow-headers": "*, Authorization",
  "access-control-expose-headers":
    "WWW-Authenticate, Mcp-Session-Id, MCP-Protocol-Version, Retry-After, X-Amzn-RequestId",
};
