import type { Decision } from "../../agentcore/authorizer/authorizer.ts";
import type { Finding } from "../../agentcore/authorizer/finding.ts";
import type { Outcome } from "./outcome.ts";
import type { TokenFacts } from "./tokenFacts.ts";

/** What became of one request to the MCP endpoint. Neither tokens nor arguments are in it. */
export interface AuditEntry {
  /** Ours, which the caller has as `x-amzn-requestid`. */
  readonly requestId: string;
  /** When it came: milliseconds since the epoch. */
  readonly at: number;
  /** Until the end of its answer. */
  readonly durationMs: number;
  readonly address?: string;
  readonly userAgent?: string;
  readonly issuer?: string;
  readonly subject?: string;
  readonly client?: string;
  /** What the token says, once its signature is known to be good. */
  readonly token?: TokenFacts;
  /** The JSON-RPC method, or the HTTP method of a request without a body. */
  readonly method: string;
  /** The tool, as `target___tool`. */
  readonly tool?: string;
  /** `open` without an authorizer; `refused` before anyone looked at a token. */
  readonly decision: Decision["kind"] | "open" | "refused";
  readonly status: number;
  readonly contentType?: string;
  /** The rules the token did not meet. */
  readonly failed: readonly Finding[];
  /** The message, with everything that may be private taken out. */
  readonly message?: unknown;
  /** What the answer was, as far as one was given. */
  readonly outcome?: Outcome;
}
