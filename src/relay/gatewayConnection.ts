import {
  Client,
  type ClientCapabilities,
  LOG_LEVEL_META_KEY,
  type McpSubscription,
  type Progress,
  ProtocolError,
  SUBSCRIPTION_ID_META_KEY,
  type SubscriptionFilter,
  type Tool,
  type VersionNegotiationMode,
} from "@modelcontextprotocol/client";
import type { Log } from "../lib/log.ts";
import { type ListMethod, lists } from "../mcp/lists.ts";
import { anyJson, type Json, NO_TIMEOUT, noValidation } from "../mcp/passThrough.ts";
import { type OnProgress, withoutProgressToken } from "../mcp/progressToken.ts";
import { WatchedTransport } from "../mcp/watchedTransport.ts";
import type { Listed } from "./catalogue.ts";
import type { Caller, EditorSide } from "./editorSide.ts";
import type { GatewayAccess } from "./gatewayAccess.ts";
import { gatewayError } from "./gatewayError.ts";

/** Where a gateway is and what it is called. */
export interface GatewayPlace {
  readonly name: string;
  readonly url: string;
  /** The one revision to speak to it; undefined finds out. */
  readonly protocol?: "2025-11-25" | "2026-07-28";
}

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onprogress?: OnProgress | undefined;
  /** Hand an `input_required` result (2026-07-28, MRTR) to the caller instead of asking the editor side. */
  readonly passInputRequired?: boolean | undefined;
}

/** How many times one call may come back for more input. A gateway that never has enough is stopped here. */
const MAX_ROUNDS = 25;

/** JSON-RPC code of a header that does not match the body (2026-07-28, transports): list the tools and repeat. */
const HEADER_MISMATCH = -32020;

/** The answer to an initialize or discover should come soon; what is slow after that is a tool, and may be. */
const CONNECT_TIMEOUT_MS = 60_000;

function negotiation({ protocol }: GatewayPlace): VersionNegotiationMode {
  if (protocol === undefined) return "auto";
  return protocol === "2025-11-25" ? "legacy" : { pin: protocol };
}

/**
 * One connection to a gateway on behalf of one caller, in whichever protocol era the gateway speaks.
 *
 * It lives until it is closed or lost; `GatewayLink` opens the next one.
 */
export class GatewayConnection {
  readonly #client: Client;
  readonly #transport: WatchedTransport;
  readonly #place: GatewayPlace;
  readonly #editor: EditorSide;
  readonly #request: (method: string, params: Json | undefined, options: RequestOptions) => Promise<Json>;
  #tools = new Map<string, Listed>();
  #subscription: McpSubscription | undefined;
  #busy = 0;
  #whenIdle: (() => void) | undefined;
  #closed = false;
  /** The least severe log message wanted. In 2026-07-28 each request carries it, in 2025-11-25 the session does. */
  logLevel: string | undefined;
  /** Called once when the connection ended, whoever ended it. */
  onclose: (() => void) | undefined;

  private constructor(place: GatewayPlace, caller: Caller, editor: EditorSide, access: GatewayAccess, log: Log) {
    this.#place = place;
    this.#editor = editor;
    this.#transport = new WatchedTransport(new URL(place.url), {
      fetch: access.fetch,
      reconnectionOptions: {
        initialReconnectionDelay: 1000,
        maxReconnectionDelay: 60_000,
        reconnectionDelayGrowFactor: 2,
        maxRetries: 10,
      },
    });
    this.#client = new Client(caller.clientInfo, {
      capabilities: caller.capabilities as ClientCapabilities,
      versionNegotiation: { mode: negotiation(place) },
      jsonSchemaValidator: noValidation,
      inputRequired: { autoFulfill: false },
      listMaxPages: 1000,
    });
    this.#client.onclose = () => {
      this.#closed = true;
      this.onclose?.();
    };
    // Messages of the SDK can quote what a server sent, so only the kind of the error is logged.
    this.#client.onerror = (error) => log.debug("relay: transport", { gateway: place.name, error: error.name });

    const plain = this.#client.request.bind(this.#client);
    this.#request = (method, params, { signal, onprogress }) =>
      plain({ method, ...(params && { params }) }, anyJson, {
        timeout: NO_TIMEOUT,
        resetTimeoutOnProgress: true,
        allowInputRequired: true,
        ...(signal && { signal }),
        ...(onprogress && { onprogress: (progress: Progress) => onprogress(progress as unknown as Json) }),
      });
    // `callTool` and the list methods know about Mcp-Param headers and pages, and go through `request` with the
    // SDK's schemas. Here they get ours, which leave the results as they are.
    Object.assign(this.#client, {
      request: (request: { method: string; params?: Json }, ...rest: unknown[]) =>
        request.method === "tools/call" || Object.hasOwn(lists, request.method)
          ? plain(request, anyJson, rest.at(-1) as object)
          : plain(request as never, ...(rest as [never])),
    });

    this.#client.fallbackRequestHandler = async (request, ctx) => {
      const asked = withoutProgressToken(request.params, (method, params) => {
        void ctx.mcpReq.notify({ method, params }).catch(() => {});
      });
      return await editor.request(request.method, asked.params, { ...asked, signal: ctx.mcpReq.signal });
    };
    this.#client.fallbackNotificationHandler = async ({ method, params }) => {
      editor.notify(method, withoutSubscriptionId(params));
    };
  }

  /**
   * Opens a connection.
   *
   * @param era what the gateway spoke last; `undefined` asks it
   * @throws GatewayFailure
   */
  static async open(
    place: GatewayPlace,
    caller: Caller,
    editor: EditorSide,
    {
      era,
      access,
      log,
      signal,
    }: {
      readonly era: "legacy" | "modern" | undefined;
      readonly access: GatewayAccess;
      readonly log: Log;
      readonly signal: AbortSignal;
    },
  ): Promise<GatewayConnection> {
    const connection = new GatewayConnection(place, caller, editor, access, log);
    const onAbort = () => void connection.#client.close();
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      await connection.#client.connect(connection.#transport, {
        timeout: CONNECT_TIMEOUT_MS,
        signal,
        ...(era === "legacy" && { prior: { kind: "legacy" as const } }),
      });
    } catch (error) {
      await connection.#client.close().catch(() => {});
      throw gatewayError(error, { ...place, hadSession: false });
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
    return connection;
  }

  get era(): "legacy" | "modern" {
    return this.#client.getProtocolEra() === "modern" ? "modern" : "legacy";
  }

  get serverInfo(): Json {
    return this.#client.getServerVersion() ?? {};
  }

  get capabilities(): Json {
    return this.#client.getServerCapabilities() ?? {};
  }

  get instructions(): string | undefined {
    return this.#client.getInstructions();
  }

  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Sends a request and gives the result as the gateway wrote it.
   *
   * @throws GatewayFailure, or the gateway's own `ProtocolError`, or `SessionLost`
   */
  async request(method: string, params: Json | undefined, options: RequestOptions): Promise<Json> {
    return await this.#counted(async () => {
      let result = await this.#send(method, params, options);
      for (let round = 1; result.resultType === "input_required" && !options.passInputRequired; round++) {
        if (round > MAX_ROUNDS) throw new ProtocolError(-32603, `${method} asked for input ${MAX_ROUNDS} times`);
        result = await this.#send(method, { ...params, ...(await this.#answers(result, options)) }, options);
      }
      return result;
    });
  }

  /** All items of a list, from all of its pages: some editors read only the first one. */
  async list(method: ListMethod): Promise<readonly Listed[]> {
    const { field, capability } = lists[method];
    if (this.capabilities[capability] === undefined) return [];
    const items = await this.#counted(async () => {
      const options = { timeout: NO_TIMEOUT, cacheMode: "bypass" as const };
      const page: Json = await {
        "tools/list": () => this.#client.listTools(undefined, options),
        "prompts/list": () => this.#client.listPrompts(undefined, options),
        "resources/list": () => this.#client.listResources(undefined, options),
        "resources/templates/list": () => this.#client.listResourceTemplates(undefined, options),
      }[method]();
      return (Array.isArray(page[field]) ? page[field] : []) as readonly Listed[];
    });
    if (method === "tools/list") this.knowTools(items);
    return items;
  }

  /** Tells the connection the tools it may be asked to call; their schemas say which arguments become headers. */
  knowTools(tools: readonly Listed[]): void {
    this.#tools = new Map(tools.map((tool) => [String(tool.name), tool]));
  }

  /** Hands on a notification of the editor, where the era has it. */
  async notify(method: string, params: Json | undefined): Promise<void> {
    if (this.era === "modern") return;
    await this.#client.notification(params === undefined ? { method } : { method, params }).catch(() => {});
  }

  /**
   * Asks a 2026-07-28 gateway for its change notices, in place of an earlier request for them.
   *
   * @returns how the stream ended: `local` when it was replaced or closed here
   */
  async listen(resources: readonly string[]): Promise<"local" | "graceful" | "remote"> {
    await this.#subscription?.close();
    const { tools, prompts, resources: own } = this.#client.getServerCapabilities() ?? {};
    const filter: SubscriptionFilter = {
      ...(tools?.listChanged && { toolsListChanged: true }),
      ...(prompts?.listChanged && { promptsListChanged: true }),
      ...(own?.listChanged && { resourcesListChanged: true }),
      ...(resources.length > 0 && { resourceSubscriptions: [...resources] }),
    };
    if (Object.keys(filter).length === 0) return "local";
    this.#subscription = await this.#client.listen(filter);
    return await this.#subscription.closed;
  }

  /** Closes as soon as no call is waiting any more. New calls go to the next connection. */
  retire({ endSession = true } = {}): void {
    this.#whenIdle = () => void this.close({ endSession });
    if (this.#busy === 0) this.#whenIdle();
  }

  /** Ends the session at the gateway (DELETE) and closes. The gateway gets two seconds to take notice. */
  async close({ endSession = true } = {}): Promise<void> {
    this.#whenIdle = undefined;
    if (this.#closed) return;
    this.#closed = true;
    if (endSession && this.#transport.sessionId !== undefined) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const enough = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, 2000);
      });
      await Promise.race([this.#transport.terminateSession().catch(() => {}), enough]);
      clearTimeout(timer);
    }
    await this.#client.close().catch(() => {});
  }

  async #send(method: string, params: Json | undefined, options: RequestOptions): Promise<Json> {
    if (this.era === "legacy") return await this.#request(method, params, options);
    const meta = { ...(params?._meta as Json | undefined) };
    if (this.logLevel !== undefined) meta[LOG_LEVEL_META_KEY as "level"] ??= this.logLevel;
    const asked = Object.keys(meta).length === 0 ? params : { ...params, _meta: meta };
    if (method !== "tools/call") return await this.#request(method, asked, options);
    try {
      return await this.#callTool(asked ?? {}, options);
    } catch (error) {
      if (!ProtocolError.isInstance(error) || error.code !== HEADER_MISMATCH) throw error;
      await this.list("tools/list");
      return await this.#callTool(asked ?? {}, options);
    }
  }

  async #callTool(params: Json, { signal, onprogress }: RequestOptions): Promise<Json> {
    const tool = this.#tools.get(String(params.name));
    // Without its output schema the SDK mirrors the headers and leaves the result unjudged.
    const toolDefinition = { name: String(params.name), inputSchema: tool?.inputSchema ?? { type: "object" } } as Tool;
    return (await this.#client.callTool(params as { name: string }, {
      timeout: NO_TIMEOUT,
      allowInputRequired: true,
      toolDefinition,
      ...(signal && { signal }),
      ...(onprogress && { onprogress: (progress: Progress) => onprogress(progress as unknown as Json) }),
    })) as unknown as Json;
  }

  /** Puts what an `input_required` result asks for to the editor (2026-07-28, basic/patterns/mrtr). */
  async #answers(result: Json, { signal }: RequestOptions): Promise<Json> {
    const asked = Object.entries((result.inputRequests ?? {}) as Record<string, { method: string; params?: Json }>);
    const editorSignal = signal ?? new AbortController().signal;
    const answered = await Promise.all(
      asked.map(async ([key, { method, params }]) => [
        key,
        await this.#editor.request(method, params, { signal: editorSignal }),
      ]),
    );
    return {
      ...(answered.length > 0 && { inputResponses: Object.fromEntries(answered) }),
      ...(result.requestState !== undefined && { requestState: result.requestState }),
    };
  }

  async #counted<T>(work: () => Promise<T>): Promise<T> {
    const hadSession = this.#transport.sessionId !== undefined;
    this.#busy++;
    try {
      return await work();
    } catch (error) {
      throw gatewayError(error, { ...this.#place, hadSession });
    } finally {
      this.#busy--;
      if (this.#busy === 0) this.#whenIdle?.();
    }
  }
}

/** The id of the stream is between us and the gateway; the editor has none or its own. */
function withoutSubscriptionId(params: Json | undefined): Json | undefined {
  const meta = params?._meta as Json | undefined;
  if (meta?.[SUBSCRIPTION_ID_META_KEY] === undefined) return params;
  const { [SUBSCRIPTION_ID_META_KEY]: _, ...rest } = meta;
  const { _meta, ...others } = params as Record<string, unknown>;
  if (Object.keys(rest).length > 0) return { ...others, _meta: rest };
  return Object.keys(others).length > 0 ? others : undefined;
}
