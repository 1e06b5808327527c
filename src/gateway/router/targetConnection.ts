import { ProtocolError, type VersionNegotiationMode } from "@modelcontextprotocol/client";
import type { ListMethod } from "../../mcp/lists.ts";
import type { Json } from "../../mcp/passThrough.ts";
import type { Peer } from "../../mcp/peer.ts";
import { UpstreamConnection } from "../../mcp/upstreamConnection.ts";
import { openTransport } from "./openTransport.ts";
import type { ProcessOutput } from "./processOutput.ts";
import type { Target } from "./target.ts";

const CONNECT_TIMEOUT_MS = 30_000;

export interface TargetConnectionWorld {
  /** How the gateway is known to its targets. */
  readonly info: { readonly name: string; readonly version: string };
  /** What the caller can be asked. */
  readonly capabilities: Json;
  /** Who is asked and told when no request is open that says otherwise. */
  readonly peer: Peer;
  /** What the target spoke last; saves the question. */
  readonly era: "legacy" | undefined;
  readonly tool: (name: string) => Json | undefined;
  readonly onRelisted: (tools: readonly Json[]) => void;
  readonly onCutShort: (method: ListMethod, reason: string) => void;
  /** Gives up connecting. */
  readonly signal: AbortSignal;
  /** Told what a process says beside its answers. */
  readonly output: ProcessOutput;
}

/** @throws whatever keeps the target from answering */
export async function connectTarget(target: Target, world: TargetConnectionWorld): Promise<UpstreamConnection> {
  const { info, capabilities, output, era, ...shared } = world;
  const open = (negotiation: VersionNegotiationMode) =>
    UpstreamConnection.open({
      ...shared,
      negotiation,
      era: negotiation === "auto" ? era : undefined,
      caller: { clientInfo: info, capabilities },
      transport: (connecting) => openTransport(target, connecting, output),
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
    });
  if (target.kind === "http") return await open("auto");
  // What is connected to once and for long is asked as the earlier era has it. To find out what a process speaks, the
  // SDK would start it twice, the first time out of our reach.
  try {
    return await open("legacy");
  } catch (error) {
    if (!ProtocolError.isInstance(error) || target.kind !== "stdio") throw error;
    return await open({ pin: "2026-07-28" });
  }
}
