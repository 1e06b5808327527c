import type { McpServer, Server } from "@modelcontextprotocol/server";
import type { Json } from "../../mcp/passThrough.ts";

/**
 * An MCP server behind the gateway. Its tools and prompts are called `<name>___<tool>`.
 *
 * None of them ever gets the caller's token: it was issued for the gateway (MCP 2025-11-25, security best practices,
 * token passthrough). `headers` and `env` are where a target's own credentials go.
 */
export type Target = TargetTimes &
  (
    | {
        readonly kind: "inProcess";
        readonly name: string;
        /** Makes a server for one caller; it lives as long as the caller's session. */
        readonly create: (caller: TargetCaller | undefined) => McpServer | Server;
      }
    | {
        readonly kind: "stdio";
        readonly name: string;
        readonly command: string;
        readonly args?: readonly string[];
        /** Added to the few variables that a process needs to run at all. */
        readonly env?: Readonly<Record<string, string>>;
        readonly cwd?: string;
        /** The largest message of it that is read; `MAX_MESSAGE_BYTES` when absent. */
        readonly maxResultBytes?: number;
        /** How long it may take until it answers its first request. */
        readonly startTimeoutMs?: number;
      }
    | {
        readonly kind: "http";
        readonly name: string;
        readonly url: string;
        readonly headers?: Readonly<Record<string, string>>;
        /** As that of a process. */
        readonly maxResultBytes?: number;
        /** What must not be told of it beside `headers`: a key within its address. */
        readonly secrets?: readonly string[];
        /** What it is said to have, in place of what it lists (`mcpToolSchema`). */
        readonly tools?: readonly Json[];
      }
    | {
        /** What runs at AWS only: its tools are listed, and answer with what the operator gave them. */
        readonly kind: "stub";
        readonly name: string;
        /** AWS's word for it, such as `lambda`. */
        readonly what: string;
        readonly tools: readonly Json[];
        /** By the tool's own name. */
        readonly answers: Readonly<Record<string, StubAnswer>>;
      }
  );

/** What a tool answers that does not run here: its output, or what went wrong. */
export type StubAnswer = { readonly output: unknown } | { readonly error: string };

/** How long this target may take, where that differs from what goes for all. */
export interface TargetTimes {
  /** How long a call waits for its answer, the time in which the caller is asked something included. */
  readonly callTimeoutMs?: number;
  /** How long a list waits for the target before it goes without it. */
  readonly listTimeoutMs?: number;
}

/**
 * Whom the gateway let in, for a target in this process: its word in place of the token, which goes nowhere. Nothing
 * that changes from token to token is in it, since a server outlives the token it was made for.
 */
export interface TargetCaller {
  readonly issuer: string | undefined;
  readonly subject: string | undefined;
  readonly client: string | undefined;
}

/** A target as one caller sees it. */
export function targetFor(target: Target, caller: TargetCaller | undefined): Target {
  return target.kind === "inProcess" ? { ...target, create: () => target.create(caller) } : target;
}

/** What a target may be called: AgentCore's own pattern, which leaves the three underscores to the separator. */
export const targetName = /^([0-9a-zA-Z]-?){1,100}$/;
