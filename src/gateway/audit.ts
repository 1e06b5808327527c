import type { Decision } from "./authorizer/authorizer.ts";
import type { Finding } from "./authorizer/finding.ts";

/** What became of one request to the MCP endpoint. Neither tokens nor arguments are in it. */
export interface AuditEntry {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly issuer?: string;
  readonly subject?: string;
  readonly client?: string;
  /** The JSON-RPC method, or the HTTP method of a request without a body. */
  readonly method: string;
  /** The tool, as `target___tool`. */
  readonly tool?: string;
  /** `open` without an authorizer; `refused` before anyone looked at a token. */
  readonly decision: Decision["kind"] | "open" | "refused";
  readonly status: number;
  /** The rules the token did not meet. */
  readonly failed: readonly Finding[];
}
