import type { Decision } from "../../agentcore/authorizer/authorizer.ts";
import type { Finding } from "../../agentcore/authorizer/finding.ts";
import type { PolicyRecord } from "../policies/policyRecord.ts";
import type { Outcome } from "./outcome.ts";
import type { TokenFacts } from "./tokenFacts.ts";

/** The record of one request. It contains neither tokens nor arguments. */
export interface AuditEntry {
  /** Our id, which the caller receives as `x-amzn-requestid`. */
  readonly requestId: string;
  /** When the request arrived, in milliseconds since the epoch. */
  readonly at: number;
  /** The time until the end of the answer. */
  readonly durationMs: number;
  readonly address?: string;
  readonly userAgent?: string;
  /** The identifier of the policy session that the caller named. */
  readonly policySession?: string;
  readonly issuer?: string;
  readonly subject?: string;
  readonly client?: string;
  /** Facts from the token, once its signature is verified. */
  readonly token?: TokenFacts;
  /** The JSON-RPC method, or the HTTP method of a request without a body. */
  readonly method: string;
  /** The path of a request that went neither to the MCP endpoint nor to a target. */
  readonly path?: string;
  /** What the connection ended in the middle of. */
  readonly incomplete?: "request" | "answer";
  /** The tool, as `target___tool`. */
  readonly tool?: string;
  /** The rate limit that turned the request away. */
  readonly rateLimit?: { readonly id: string; readonly metric: string };
  /** The target that the request's path named. */
  readonly target?: string;
  /** `open` without an authorizer; `refused` when the request was refused before its token was read. */
  readonly decision: Decision["kind"] | "open" | "refused";
  /** Why a request is undecided. */
  readonly reason?: string;
  readonly status: number;
  readonly contentType?: string;
  /** The rules that the token failed. */
  readonly failed: readonly Finding[];
  /** The message, without anything that may be private. */
  readonly message?: unknown;
  /** What the policies said of the call of a tool. */
  readonly policy?: PolicyRecord;
  /** The kind of the MCP answer, if there was one. */
  readonly outcome?: Outcome;
}
