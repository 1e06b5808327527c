import type { TestContext } from "node:test";
import { connectClient, textOf } from "../../support/gatewayCaller.ts";
import { startGateway } from "../../support/relayGateways.ts";
import { type LocalGateway, startLocalGateway } from "./localGateway.ts";

export interface TargetRpc {
  readonly id?: string | number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** An MCP server of the earlier revisions behind the local gateway, with a tool `echo`. */
export interface WorldTarget {
  readonly url: string;
  /** The JSON-RPC methods that it was asked for. */
  readonly asked: readonly string[];
  /** Answers before anything else; undefined leaves the request to the server. A thrown error closes the connection. */
  instead: ((rpc: TargetRpc, request: Request) => Response | undefined) | undefined;
}

export async function startTarget(t: TestContext): Promise<WorldTarget> {
  const asked: string[] = [];
  const server = await startGateway("legacy", 0, async (request) => {
    const text = await request.clone().text();
    const rpc = text.startsWith("{") ? (JSON.parse(text) as TargetRpc) : {};
    if (rpc.method !== undefined) asked.push(rpc.method);
    return target.instead?.(rpc, request);
  });
  const target: WorldTarget = { url: server.url, asked, instead: undefined };
  t.after(() => server.stop());
  return target;
}

/** A caller of the local gateway's program, in front of these targets. */
export interface GatewayCaller {
  readonly gateway: LocalGateway;
  tools(): Promise<readonly string[]>;
  /** The templates of resources. */
  templates(): Promise<readonly string[]>;
  /** Calls a tool and gives its text. */
  call(tool: string): Promise<string>;
}

/** @param targets as its file has them */
export async function callerOf(t: TestContext, targets: readonly object[]): Promise<GatewayCaller> {
  const gateway = await startLocalGateway(t, { authorizerType: "NONE", exceptionLevel: "DEBUG", targets });
  const client = await connectClient(gateway.url.href, "2025-11-25");
  t.after(() => client.close());
  return {
    gateway,
    tools: async () => (await client.listTools()).tools.map(({ name }) => name),
    templates: async () => (await client.listResourceTemplates()).resourceTemplates.map(({ name }) => name),
    call: async (name) => textOf(await client.callTool({ name, arguments: {} })),
  };
}
