import type { FailureFacts } from "../failures/failure.ts";
import { gatewayOfHost, registryAddress, signedFor } from "./addresses.ts";

/** What an address of AgentCore's is that is not MCP, and what to use instead where that follows from it. */
export type OtherAddress = Pick<FailureFacts["address_not_mcp"], "what" | "instead">;

const inferencePath =
  /^\/(?:v1\/(?:chat\/completions|messages|responses|models)|inference(?!\/(?:mcp|invocations)$)(?:\/.*)?)$/;
/** Paths that a gateway keeps for itself, so that no target can be called so (developer guide, rules). */
const agentPath = /^\/(?:a2a|responses|converse)(?:\/.*)?$/;
const controlHost =
  /^(?:bedrock-agentcore|agent-registry)-control(?:-fips)?\.[a-z0-9-]+\.(?:amazonaws\.(?:com|com\.cn|eu)|api\.aws)$/;
const consoleHost = /(?:^|\.)console\.(?:aws\.amazon\.com|amazonaws-us-gov\.com|amazonaws\.cn|aws\.eu)$/;

/** An address of AgentCore's under which something else than MCP is spoken for certain; undefined for every other. */
export function notMcp({ origin, hostname, pathname }: URL): OtherAddress | undefined {
  const path = pathname.replace(/\/+$/, "");
  if (consoleHost.test(hostname)) return { what: "console" };
  if (controlHost.test(hostname)) return { what: "controlPlane" };
  if (gatewayOfHost(hostname)) {
    const instead = `${origin}/mcp`;
    if (inferencePath.test(path)) return { what: "inference", instead };
    if (agentPath.test(path)) return { what: "agent", instead };
    return /^\/\.well-known(?:\/|$)/.test(path) ? { what: "metadata", instead } : undefined;
  }
  const region = signedFor(hostname)?.region;
  if (region === undefined) return undefined;
  if (/^\/identities\//.test(path)) return { what: "consent" };
  const [, registry, below] = /^\/registr(?:y|ies)\/([\w-]+)(\/.*)?$/.exec(path) ?? [];
  if (registry === undefined || below === "/mcp") return undefined;
  return { what: "registryApi", instead: registryAddress(registry, region) };
}

/** The ARN of something at AgentCore that nobody can call as an MCP server. */
export const notMcpArn = (text: string): OtherAddress | undefined =>
  /^arn:aws[a-z-]*:(?:bedrock-agentcore|agent-registry):[a-z0-9-]*:\d{12}:(?!gateway\/|runtime\/|registry\/)[\w-]+\/\S+$/.test(
    text,
  )
    ? { what: "otherResource" }
    : undefined;
