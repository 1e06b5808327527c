import type { ServedRequest } from "../../lib/servedHttp.ts";
import type { AuditEntry } from "./auditEntry.ts";

/** What is known of a request that went to no target, or that could not be read. */
export interface PlainRequest {
  readonly at: number;
  readonly status: number;
  readonly address: string | undefined;
  readonly method?: string | undefined;
  /** Without its query, which may be private. */
  readonly path?: string | undefined;
  readonly headers?: ServedRequest["headers"];
  readonly incomplete?: "request" | "answer" | undefined;
}

/** Longer than the paths that there are; the author of a request must not determine the length of a line. */
const LONGEST = 512;

/** The record of a request beside those to the MCP endpoint and the targets: of which nothing is known but how it came. */
export function plainEntry(request: PlainRequest): AuditEntry {
  const { at, status, address, method = "unknown", path, headers, incomplete } = request;
  const userAgent = headers?.get("user-agent");
  return {
    ...{ requestId: crypto.randomUUID(), at, durationMs: 0 },
    ...(address !== undefined && { address }),
    ...(userAgent != null && { userAgent: userAgent.slice(0, LONGEST) }),
    method: method.slice(0, LONGEST),
    ...(path !== undefined && { path: path.slice(0, LONGEST) }),
    decision: status < 400 ? "open" : "refused",
    ...{ status, failed: [] },
    ...(incomplete && { incomplete }),
  };
}
