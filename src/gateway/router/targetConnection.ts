import { ProtocolError, SdkError, SdkErrorCode, type VersionNegotiationMode } from "@modelcontextprotocol/client";
import type { ListMethod } from "../../mcp/lists.ts";
import type { Json } from "../../mcp/passThrough.ts";
import type { Peer } from "../../mcp/peer.ts";
import { UpstreamConnection } from "../../mcp/upstreamConnection.ts";
import { openTransport } from "./openTransport.ts";
import type { ProcessOutput } from "./processOutput.ts";
import type { Target } from "./target.ts";

/** How long connecting may take, and a process to start where its entry does not say. */
export const CONNECT_TIMEOUT_MS = 30_000;

export interface TargetConnectionWorld {
  /** How the gateway is known to its targets. */
  readonly info: { readonly name: string; readonly version: string };
  /** The capabilities of the caller. */
  readonly capabilities: Json;
  /** Answers and hears the target when no request brings a peer of its own. */
  readonly peer: Peer;
  /** The era that the target spoke last, which saves a request. */
  readonly era: "legacy" | undefined;
  readonly tool: (name: string) => Json | undefined;
  readonly onRelisted: (tools: readonly Json[]) => void;
  readonly onCutShort: (method: ListMethod, reason: string) => void;
  readonly onLeftOut: (method: ListMethod, item: string, reason: string) => void;
  /** Aborts the connecting. */
  readonly signal: AbortSignal;
  /** Receives what a process writes to its standard error. */
  readonly output: ProcessOutput;
}

/** @throws whatever keeps the target from answering */
export async function connectTarget(target: Target, world: TargetConnectionWorld): Promise<UpstreamConnection> {
  const { info, capabilities, output, era, ...shared } = world;
  const connectTimeoutMs = (target.kind === "stdio" ? target.startTimeoutMs : undefined) ?? CONNECT_TIMEOUT_MS;
  const open = (negotiation: VersionNegotiationMode) =>
    UpstreamConnection.open({
      ...shared,
      server: target.kind === "http" ? new URL(target.url) : undefined,
      negotiation,
      era: negotiation === "auto" ? era : undefined,
      caller: { clientInfo: info, capabilities },
      transport: (connecting) => openTransport(target, connecting, output),
      connectTimeoutMs,
    });
  if (target.kind === "http") return await open("auto");
  // Try the earlier era first: to find out the era of a process, the SDK would start a second one that we cannot
  // control.
  try {
    return await open("legacy");
  } catch (error) {
    if (target.kind !== "stdio") throw error;
    if (SdkError.isInstance(error) && error.code === SdkErrorCode.RequestTimeout) {
      const seconds = connectTimeoutMs / 1000;
      throw new Error(`the process was not ready within ${seconds} s; startTimeoutSeconds says how long it may take`);
    }
    if (!ProtocolError.isInstance(error)) throw error;
    return await open({ pin: "2026-07-28" });
  }
}
