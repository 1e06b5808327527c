import {
  Client,
  type ClientCapabilities,
  LOG_LEVEL_META_KEY,
  type McpSubscription,
  type Progress,
  ProtocolError,
  SUBSCRIPTION_ID_META_KEY,
  type Tool,
  type VersionNegotiationMode,
} from "@modelcontextprotocol/client";
import { type ListMethod, lists } from "../../mcp/lists.ts";
import { anyJson, type Json, NO_TIMEOUT, noValidation } from "../../mcp/passThrough.ts";
import { withoutProgressToken } from "../../mcp/progressToken.ts";
import type { CallerSide, CallOptions } from "./callerSide.ts";
import { inTurns, openTransport } from "./openTransport.ts";
import type { ProcessOutput } from "./processOutput.ts";
import type { Target } from "./target.ts";

const CONNECT_TIMEOUT_MS = 30_000;
/** How many times one call may come back for more input. */
const MAX_ROUNDS = 25;
const MAX_PAGES = 1000;

export interface ConnectionWorld {
  readonly info: { readonly name: string; readonly version: string };
  /** What the caller can be asked. */
  readonly capabilities: Json;
  /** Who is asked and told at the moment. */
  readonly side: () => CallerSide;
  /** What the target spoke last; saves the question. */
  readonly era: "legacy" | undefined;
  readonly tool: (name: string) => Json | undefined;
  /** Gives up connecting. */
  readonly signal: AbortSignal;
  /** Told what a process says beside its answers. */
  readonly output: ProcessOutput;
}

/** One open connection to a target, in whichever protocol era the target speaks. */
export interface TargetConnection {
  readonly era: "legacy" | "modern";
  readonly capabilities: Json;
  readonly closed: Promise<void>;
  /** The least severe log message wanted. In 2026-07-28 each request carries it. */
  logLevel: string | undefined;
  /** @throws ProtocolError as the target gave it, or whatever broke the connection */
  request(method: string, params: Json | undefined, options: CallOptions): Promise<Json>;
  /** All items of a list, from all of its pages. */
  list(method: ListMethod, signal: AbortSignal | undefined): Promise<readonly Json[]>;
  notify(method: string, params: Json | undefined): Promise<void>;
  /** Asks a 2026-07-28 target for its news, in place of an earlier request for them. */
  listen(resources: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** @throws whatever keeps the target from answering */
export async function connectTarget(target: Target, world: ConnectionWorld): Promise<TargetConnection> {
  if (target.kind === "http") return await connectAs("auto", target, world);
  // What is connected to once and for long is asked as the earlier era has it. To find out what a process speaks, the
  // SDK would start it twice, the first time out of our reach.
  try {
    return await connectAs("legacy", target, world);
  } catch (error) {
    if (!ProtocolError.isInstance(error) || target.kind !== "stdio") throw error;
    return await connectAs({ pin: "2026-07-28" }, target, world);
  }
}

async function connectAs(
  mode: VersionNegotiationMode,
  target: Target,
  world: ConnectionWorld,
): Promise<TargetConnection> {
  const client = new Client(world.info, {
    capabilities: world.capabilities as ClientCapabilities,
    versionNegotiation: { mode },
    jsonSchemaValidator: noValidation,
    inputRequired: { autoFulfill: false },
  });
  const plain = client.request.bind(client);
  // `callTool` knows about Mcp-Param headers, and would judge the result by the SDK's own schema.
  Object.assign(client, {
    request: (request: { method: string }, ...rest: unknown[]) =>
      request.method === "tools/call"
        ? plain(request as never, anyJson, rest.at(-1) as object)
        : plain(request as never, ...(rest as [never])),
  });
  client.fallbackRequestHandler = async ({ method, params }, ctx) => {
    const asked = withoutProgressToken(params, (notification, progress) => {
      void ctx.mcpReq.notify({ method: notification, params: progress }).catch(() => {});
    });
    return await world.side().request(method, asked.params, { ...asked, signal: ctx.mcpReq.signal });
  };
  client.fallbackNotificationHandler = async ({ method, params }) => {
    world.side().notify(method, withoutSubscriptionId(params));
  };
  const closed = new Promise<void>((resolve) => {
    client.onclose = resolve;
  });
  client.onerror = () => {};
  let connecting: AbortSignal | undefined = world.signal;
  const onAbort = () => void client.close();
  world.signal.addEventListener("abort", onAbort, { once: true });
  try {
    await client.connect(await openTransport(target, () => connecting, world.output), {
      timeout: CONNECT_TIMEOUT_MS,
      signal: world.signal,
      ...(world.era === "legacy" && { prior: { kind: "legacy" as const } }),
    });
  } catch (error) {
    await client.close().catch(() => {});
    throw error;
  } finally {
    world.signal.removeEventListener("abort", onAbort);
    connecting = undefined;
  }
  if (client.transport) inTurns(client.transport);
  const era = client.getProtocolEra() === "modern" ? "modern" : "legacy";
  const capabilities: Json = client.getServerCapabilities() ?? {};
  let subscription: McpSubscription | undefined;

  const connection: TargetConnection = {
    era,
    capabilities,
    closed,
    logLevel: undefined,
    async request(method, params, options) {
      let result = await send(method, params, options);
      for (let round = 1; result.resultType === "input_required" && !options.passInputRequired; round++) {
        if (round > MAX_ROUNDS) throw new ProtocolError(-32603, `${method} asked for input ${MAX_ROUNDS} times`);
        result = await send(method, { ...params, ...(await answers(result, options)) }, options);
      }
      return result;
    },
    async list(method, signal) {
      const { field, capability } = lists[method];
      const items: Json[] = [];
      if (capabilities[capability] === undefined) return items;
      let cursor: unknown;
      for (let page = 0; page < MAX_PAGES; page++) {
        const result = await send(method, cursor === undefined ? undefined : { cursor }, { signal });
        if (Array.isArray(result[field])) items.push(...(result[field] as Json[]));
        cursor = result.nextCursor;
        if (cursor === undefined) break;
      }
      return items;
    },
    async notify(method, params) {
      if (era === "legacy") await client.notification({ method, ...(params && { params }) }).catch(() => {});
    },
    async listen(resources) {
      await subscription?.close();
      const { tools, prompts, resources: own } = client.getServerCapabilities() ?? {};
      const filter = {
        ...(tools?.listChanged && { toolsListChanged: true }),
        ...(prompts?.listChanged && { promptsListChanged: true }),
        ...(own?.listChanged && { resourcesListChanged: true }),
        ...(resources.length > 0 && { resourceSubscriptions: [...resources] }),
      };
      if (Object.keys(filter).length > 0) subscription = await client.listen(filter);
    },
    close: () => client.close(),
  };
  return connection;

  async function send(method: string, params: Json | undefined, { signal, onprogress }: CallOptions): Promise<Json> {
    const level = era === "modern" &&
      connection.logLevel !== undefined && { [LOG_LEVEL_META_KEY]: connection.logLevel };
    const asked = level ? { ...params, _meta: { ...level, ...(params?._meta as Json | undefined) } } : params;
    const options = {
      timeout: NO_TIMEOUT,
      allowInputRequired: true,
      ...(signal && { signal }),
      ...(onprogress && { onprogress: (progress: Progress) => onprogress(progress as unknown as Json) }),
    };
    if (era === "modern" && method === "tools/call") {
      const name = String(asked?.name);
      const schema = world.tool(name)?.inputSchema ?? { type: "object" };
      const toolDefinition = { name, inputSchema: schema } as Tool;
      return (await client.callTool(asked as { name: string }, { ...options, toolDefinition })) as unknown as Json;
    }
    return await plain({ method, ...(asked && { params: asked }) }, anyJson, options);
  }

  /** Puts what an `input_required` result asks for to the caller (2026-07-28, basic/patterns/mrtr). */
  async function answers(result: Json, options: CallOptions): Promise<Json> {
    const asked = Object.entries((result.inputRequests ?? {}) as Record<string, { method: string; params?: Json }>);
    const side = options.caller ?? world.side();
    const signal = options.signal ?? new AbortController().signal;
    const given = asked.map(async ([key, { method, params }]) => [key, await side.request(method, params, { signal })]);
    return {
      ...(asked.length > 0 && { inputResponses: Object.fromEntries(await Promise.all(given)) }),
      ...(result.requestState !== undefined && { requestState: result.requestState }),
    };
  }
}

/** The id of a stream between us and the target means nothing to the caller. */
function withoutSubscriptionId(params: Json | undefined): Json | undefined {
  const { [SUBSCRIPTION_ID_META_KEY]: id, ...meta } = { ...(params?._meta as Record<string, unknown> | undefined) };
  if (id === undefined) return params;
  const { _meta, ...others } = params as Record<string, unknown>;
  return Object.keys(meta).length > 0 ? { ...others, _meta: meta } : others;
}
