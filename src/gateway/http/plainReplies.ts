import { type HttpReply, jsonReply } from "../../lib/servedHttp.ts";

/** What the audit makes of the gateway's health. */
export interface AuditHealth {
  readonly lost: number;
  /** Whether requests are refused because they could not be recorded. */
  readonly refuses: boolean;
}

/**
 * Whether the gateway is well. An audit with gaps is reported but does not make it unhealthy while it answers: a restart would
 * not help.
 */
export function healthReply(stopping: boolean, { lost, refuses }: AuditHealth): HttpReply {
  const status = stopping ? "stopping" : refuses ? "auditNotWritten" : "ok";
  return jsonReply(stopping || refuses ? 503 : 200, { status, ...(lost > 0 && { auditLost: lost }) });
}

/** The answer where a request could not be recorded. */
export const unrecordedReply = (): HttpReply =>
  jsonReply(
    503,
    {
      jsonrpc: "2.0",
      id: null,
      error: { code: -32000, message: "The gateway cannot record requests. Please retry later." },
    },
    { "retry-after": "1" },
  );

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
    "WWW-Authenticate, DPoP-Nonce, Mcp-Session-Id, MCP-Protocol-Version, Retry-After, X-Amzn-RequestId",
};
