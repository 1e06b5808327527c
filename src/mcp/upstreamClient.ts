import {
  Client,
  type ClientCapabilities,
  type Progress,
  type Tool,
  type Transport,
  type VersionNegotiationMode,
} from "@modelcontextprotocol/client";
import { deliverInOrder } from "./deliverInOrder.ts";
import { refuseUnsafeUrl } from "./elicitationUrls.ts";
import { anyJson, type Json, NO_TIMEOUT, noValidation } from "./passThrough.ts";
import type { Caller, CallerRequest, CallOptions, Peer } from "./peer.ts";
import { withoutProgressToken } from "./progressToken.ts";
import { givenResult, skipResultValidation } from "./skipResultValidation.ts";
import { withAssumedTools } from "./withAssumedTools.ts";

/** `legacy` is 2025-11-25 and before, with sessions; `modern` is 2026-07-28. */
export type Era = "legacy" | "modern";

/** What a server says about itself when it is connected to. */
export interface ServerIdentity {
  readonly era: Era;
  /** The revision that was agreed on. */
  readonly protocolVersion: string | undefined;
  readonly serverInfo: Json;
  readonly capabilities: Json;
  readonly instructions: string | undefined;
}

export const unknownServer: ServerIdentity = {
  era: "legacy",
  protocolVersion: undefined,
  serverInfo: {},
  capabilities: {},
  instructions: undefined,
};

export interface ClientHandlers {
  /** Returns who answers the server's request with this id. */
  readonly peerOf: (id: string | number) => Peer;
  readonly tell: (method: string, params: Json | undefined) => void;
  readonly onError: (error: Error) => void;
}

/** Wraps the SDK's client: it returns results as the server wrote them, and passes every question to a peer. */
export interface UpstreamClient {
  readonly client: Client;
  identity(): ServerIdentity;
  request(request: CallerRequest): Promise<Json>;
  /** Calls a tool with the headers that its schema declares (2026-07-28, basic/transports, custom headers). */
  callTool(params: Json, tool: Json | undefined, options: CallOptions): Promise<Json>;
}

export function upstreamClient(
  caller: Caller,
  {
    negotiation,
    discoverTimeoutMs,
    server,
    revisions,
  }: Pick<Connecting, "negotiation" | "discoverTimeoutMs" | "server" | "revisions">,
  handlers: ClientHandlers,
): UpstreamClient {
  const client = new Client(caller.clientInfo, {
    capabilities: caller.capabilities as ClientCapabilities,
    versionNegotiation: {
      mode: negotiation,
      ...(discoverTimeoutMs !== undefined && { probe: { timeoutMs: discoverTimeoutMs } }),
    },
    ...(revisions && { supportedProtocolVersions: [...revisions] }),
    jsonSchemaValidator: noValidation,
    inputRequired: { autoFulfill: false },
  });
  const plain = client.request.bind(client);
  // `callTool` writes the Mcp-Param headers, but would also validate the result.
  Object.assign(client, {
    request: (request: { method: string }, ...rest: unknown[]) =>
      request.method === "tools/call"
        ? plain(request as never, anyJson, rest.at(-1) as object)
        : plain(request as never, ...(rest as [never])),
  });
  client.fallbackRequestHandler = async ({ method, params }, ctx) => {
    const { id, signal } = ctx.mcpReq;
    refuseUnsafeUrl({ method, params }, server);
    const asked = withoutProgressToken(params, (notification, progress) => {
      void ctx.mcpReq.notify({ method: notification, params: progress }).catch(() => {});
    });
    return await handlers.peerOf(id).request(method, asked.params, { ...asked, signal });
  };
  client.fallbackNotificationHandler = async ({ method, params }) => handlers.tell(method, params);
  client.onerror = handlers.onError;
  return {
    client,
    identity: () => ({
      era: client.getProtocolEra() === "modern" ? "modern" : "legacy",
      protocolVersion: client.getNegotiatedProtocolVersion(),
      serverInfo: client.getServerVersion() ?? {},
      capabilities: withAssumedTools(client.getServerCapabilities() ?? {}),
      instructions: client.getInstructions(),
    }),
    request: async ({ method, params, options }) =>
      givenResult(await plain({ method, ...(params && { params }) }, anyJson, requestOptions(options))),
    async callTool(params, tool, options) {
      const name = String(params.name);
      // We leave out the output schema, so that the SDK sends the headers but does not validate the result.
      const toolDefinition = { name, inputSchema: tool?.inputSchema ?? { type: "object" } } as Tool;
      const result = await client.callTool(params as { name: string }, { ...requestOptions(options), toolDefinition });
      return givenResult(result as unknown as Json);
    },
  };
}

export interface Connecting {
  /** Where the server is, which decides which pages it may have opened; undefined for a program of this machine. */
  readonly server: URL | undefined;
  /** @param connecting signal that aborts the connecting; `undefined` once there is a connection */
  readonly transport: (connecting: () => AbortSignal | undefined) => Promise<Transport>;
  readonly negotiation: VersionNegotiationMode;
  /** The revisions to agree on one of, the one to offer first; all that are known when absent. */
  readonly revisions?: readonly string[];
  /** The era that the server spoke last, which saves a request. */
  readonly era: Era | undefined;
  readonly connectTimeoutMs: number;
  /** How long the server may take to say its era, where that is less, in milliseconds. */
  readonly discoverTimeoutMs?: number;
  /** Aborts the connecting. */
  readonly signal: AbortSignal;
}

/**
 * @param beforeSdk puts in what sees the messages of the connected server before the SDK does
 * @returns the transport in use, which may differ from the one that was opened first
 */
export async function connectClient(
  client: Client,
  { transport, era, connectTimeoutMs, signal }: Connecting,
  beforeSdk: (transport: Transport) => void,
): Promise<Transport> {
  let connecting: AbortSignal | undefined = signal;
  const onAbort = () => void client.close();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    const opened = await transport(() => connecting);
    await client.connect(opened, {
      timeout: connectTimeoutMs,
      signal,
      ...(era === "legacy" && { prior: { kind: "legacy" as const } }),
    });
    const used = client.transport ?? opened;
    if (client.getProtocolEra() === "modern") skipResultValidation(used);
    beforeSdk(used);
    deliverInOrder(used);
    return used;
  } catch (error) {
    await client.close().catch(() => {});
    throw error;
  } finally {
    signal.removeEventListener("abort", onAbort);
    connecting = undefined;
  }
}

const requestOptions = ({ signal, onprogress }: CallOptions) => ({
  timeout: NO_TIMEOUT,
  allowInputRequired: true,
  ...(signal && { signal }),
  ...(onprogress && { onprogress: (progress: Progress) => onprogress(progress as unknown as Json) }),
});
