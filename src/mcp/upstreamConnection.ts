import {
  type JSONRPCMessage,
  LOG_LEVEL_META_KEY,
  type McpSubscription,
  ProtocolError,
  SdkError,
  SdkErrorCode,
  type Transport,
} from "@modelcontextprotocol/client";
import { subscriptionFilter } from "./changeNotifications.ts";
import type { ConnectionWorld } from "./connectionWorld.ts";
import { withDrain } from "./drainOf.ts";
import { refuseUnsafeInput } from "./elicitationUrls.ts";
import { inItsRevision } from "./inItsRevision.ts";
import { inputFor, MAX_ROUNDS } from "./inputRequests.ts";
import { type ListMethod, lists } from "./lists.ts";
import { negotiateEra } from "./negotiateEra.ts";
import { asOutdatedTransport } from "./outdatedTransport.ts";
import { allPages } from "./pages.ts";
import type { Json } from "./passThrough.ts";
import { type CallerRequest, type CallOptions, INTERNAL_ERROR, type Peer } from "./peer.ts";
import { Peers } from "./peers.ts";
import { ToolCalls } from "./toolCalls.ts";
import { HEADER_MISMATCH, hasValidHeaders, mayDeclareHeaders } from "./toolHeaders.ts";
import {
  connectClient,
  type Era,
  type ServerIdentity,
  type UpstreamClient,
  unknownServer,
  upstreamClient,
} from "./upstreamClient.ts";
import { isRefusedRequest, noneWhereUnknown, serversOwn, upstreamError } from "./upstreamError.ts";
import { type OnLeftOut, usableItems } from "./usableItems.ts";
import { usableToolResult } from "./usableToolResult.ts";
import { type HttpEndpoint, WatchedTransport } from "./watchedTransport.ts";
import { toBeCarried } from "./wire/carriedResult.ts";

/** How many faults of a server's lists are told, each once. */
const MOST_TOLD = 100;

/**
 * One connection to an MCP server on behalf of one caller, in whichever era the server speaks.
 *
 * It lives until it is closed or lost; `UpstreamLink` opens the next one.
 *
 * Requests go through the SDK's client. Code that writes a request to the wire itself finds in `endpoint` where to send
 * it, runs inside `use`, and passes every message that comes before the answer to `receive`.
 */
export class UpstreamConnection {
  readonly #world: ConnectionWorld;
  readonly #upstream: UpstreamClient;
  readonly #peers: Peers;
  readonly #told = new Set<string>();
  #transport: Transport | undefined;
  /** Calls tools past the SDK, where the server is reached over HTTP. */
  #calls: ToolCalls | undefined;
  #subscription: McpSubscription | undefined;
  #busy = 0;
  #whenIdle: (() => void) | undefined;
  #isClosed = false;
  /** The least severe log message wanted. In 2026-07-28 each request carries it, in the earlier era the session does. */
  logLevel: string | undefined;
  /** What the server said about itself. */
  identity: ServerIdentity = unknownServer;
  /** Called once when the connection ended, whoever ended it. */
  onclose: (() => void) | undefined;
  /** Called when the server can tell us nothing on its own any more, since it forgot the session or was away for long. */
  onSessionLost: (() => void) | undefined;
  /** Resolves when the connection ended. */
  readonly closed: Promise<void>;

  private constructor(world: ConnectionWorld) {
    this.#world = world;
    this.#peers = new Peers(world.peer);
    this.#upstream = upstreamClient(world.caller, world, {
      peerOf: (id) => this.#peers.of(id),
      tell: (method, params) => this.#peers.tell(method, params),
      onError: (error) => world.onError?.(error),
    });
    this.closed = new Promise((resolve) => {
      this.#upstream.client.onclose = () => {
        this.#isClosed = true;
        this.onclose?.();
        this.#calls?.close();
        resolve();
      };
    });
  }

  /**
   * Opens a connection, in the era that the server spoke last or says now.
   *
   * @throws ProtocolError as the server gave it, OutdatedTransport, or whatever keeps it from answering
   */
  static async open(world: ConnectionWorld): Promise<UpstreamConnection> {
    try {
      return await negotiateEra(world, (attempt) =>
        inItsRevision(attempt, (agreed) => UpstreamConnection.#open(agreed)),
      );
    } catch (error) {
      throw await asOutdatedTransport(error, world);
    }
  }

  static async #open(world: ConnectionWorld): Promise<UpstreamConnection> {
    const connection = new UpstreamConnection(world);
    try {
      connection.#transport = await connectClient(connection.#upstream.client, world, (used) => {
        connection.identity = connection.#upstream.identity();
        if (used instanceof WatchedTransport)
          connection.#calls = new ToolCalls(used, world.caller, connection.identity);
      });
    } catch (error) {
      throw serversOwn(error);
    }
    const transport = connection.#transport;
    if (transport instanceof WatchedTransport) {
      transport.onsessionlost = () => connection.onSessionLost?.();
      transport.drain = () => connection.#peers.current.drain?.();
    }
    return connection;
  }

  get era(): Era {
    return this.identity.era;
  }
  get capabilities(): Json {
    return this.identity.capabilities;
  }
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Where to send a request without the SDK; `undefined` unless the server is reached over HTTP. */
  get endpoint(): HttpEndpoint | undefined {
    return this.#transport instanceof WatchedTransport ? this.#transport.endpoint : undefined;
  }

  /**
   * Takes a message that the server sent before the answer to a request that was written past the SDK, and sees to it
   * as if the SDK had read it: what the server asks is put to the peer and answered, what it says is told.
   *
   * @param peer whose request it was
   */
  receive(message: JSONRPCMessage, peer: Peer): void {
    if (this.#peers.route(message, peer)) this.#transport?.onmessage?.(message);
  }

  /**
   * Does something that needs the connection, which does not retire before its end.
   *
   * @param peer who is asked and told meanwhile
   * @throws SessionLost, the server's own ProtocolError, or what `work` threw
   */
  async use<T>(work: () => Promise<T>, peer?: Peer): Promise<T> {
    const hadSession = this.#transport instanceof WatchedTransport && this.#transport.sessionId !== undefined;
    this.#busy++;
    if (peer !== undefined) this.#peers.enter(peer);
    try {
      return await work();
    } catch (error) {
      throw upstreamError(error, hadSession, this.#world.server);
    } finally {
      if (peer !== undefined) this.#peers.leave(peer);
      this.#busy--;
      if (this.#busy === 0) this.#whenIdle?.();
    }
  }

  /**
   * Sends a request and gives the result as the server wrote it, but for what callers refuse of a tool's, see `usableToolResult`.
   *
   * @throws what `use` does
   */
  async request(request: CallerRequest): Promise<Json> {
    const { method, params, options } = request;
    return await this.use(async () => {
      let result = await this.#send(request);
      for (let round = 1; result.resultType === "input_required"; round++) {
        refuseUnsafeInput(result, this.#world.server);
        if (options.passInputRequired) return result;
        if (round > MAX_ROUNDS)
          throw new ProtocolError(INTERNAL_ERROR, `${method} asked for input ${MAX_ROUNDS} times`);
        const input = await inputFor(result, options.peer ?? this.#peers.asked, options.signal);
        result = await this.#send({ ...request, params: { ...params, ...input } });
      }
      return method === "tools/call" && this.era === "legacy" ? usableToolResult(result) : result;
    }, options.peer);
  }

  /** All items of a list, from all of its pages: some callers read only the first one. */
  async list(method: ListMethod, signal?: AbortSignal): Promise<readonly Json[]> {
    const { field, capability } = lists[method];
    if (this.capabilities[capability] === undefined) return [];
    const items = await this.use(() =>
      allPages(field, {
        read: (cursor) => this.#send({ method, params: cursor === undefined ? {} : { cursor }, options: { signal } }),
        isRefusal: isRefusedRequest,
        onCutShort: (reason) => this.#onCutShort(method, reason),
      }),
    ).catch(noneWhereUnknown);
    const onLeftOut: OnLeftOut = (item, reason) => this.#onLeftOut(method, item, reason);
    const usable = usableItems(method, items, onLeftOut);
    const hasHeaders = method === "tools/list" && this.era === "modern" && this.#transport instanceof WatchedTransport;
    if (!hasHeaders) return usable;
    return usable.filter(({ name, inputSchema }) => {
      const isValid = hasValidHeaders(inputSchema);
      if (!isValid) onLeftOut(String(name), "the headers that it declares are invalid");
      return isValid;
    });
  }

  /** Hands on a notification of the caller, where the era has it. */
  async notify(method: string, params: Json | undefined): Promise<void> {
    if (this.era === "modern") return;
    await this.#upstream.client.notification({ method, ...(params && { params }) }).catch(() => {});
  }

  /**
   * Asks a server of 2026-07-28 for its change notifications, in place of an earlier request for them.
   *
   * @returns how the stream ended: `local` when it was replaced or closed here, or there is nothing to listen for
   */
  async listen(resources: readonly string[]): Promise<"local" | "graceful" | "remote"> {
    await this.stopListening();
    const filter = subscriptionFilter(this.capabilities, resources);
    if (filter === undefined) return "local";
    this.#subscription = await this.#upstream.client.listen(filter);
    const ended = await this.#subscription.closed;
    return this.#isClosed ? "local" : ended;
  }

  async stopListening(): Promise<void> {
    await this.#subscription?.close();
    this.#subscription = undefined;
  }

  /** Closes as soon as nothing uses the connection any more. */
  retire({ endSession = true } = {}): void {
    this.#whenIdle = () => void this.close({ endSession });
    if (this.#busy === 0) this.#whenIdle();
  }

  /** Ends the session at the server (DELETE) and closes. */
  async close({ endSession = true } = {}): Promise<void> {
    this.#whenIdle = undefined;
    if (this.#isClosed) return;
    this.#isClosed = true;
    const transport = this.#transport;
    if (endSession && transport instanceof WatchedTransport) await transport.endSession();
    await this.#upstream.client.close().catch(() => {});
  }

  #onCutShort(method: ListMethod, reason: string): void {
    this.#once(method, () => this.#world.onCutShort?.(method, reason));
  }

  #onLeftOut(method: ListMethod, item: string, reason: string): void {
    this.#once(`${method} ${item} ${reason}`, () => this.#world.onLeftOut?.(method, item, reason));
  }

  /** Lists are read again and again, and what is wrong with them is told once. */
  #once(what: string, tell: () => void): void {
    if (this.#told.has(what) || this.#told.size >= MOST_TOLD) return;
    this.#told.add(what);
    tell();
  }

  async #send({ method, params, options }: CallerRequest): Promise<Json> {
    // While the session is being ended, nothing is sent in it any more: the next page of a list, say.
    if (this.#isClosed) throw new SdkError(SdkErrorCode.ConnectionClosed, "Connection closed");
    const level = this.era === "modern" && this.logLevel !== undefined && { [LOG_LEVEL_META_KEY]: this.logLevel };
    const asked = level ? { ...params, _meta: { ...level, ...(params?._meta as Json | undefined) } } : params;
    const told = withDrain(asked, options.peer);
    const sent = options.mayCarry ? toBeCarried(method, told) : told;
    if (method === "tools/call" && this.era === "modern") return await this.#callTool(sent ?? {}, options);
    if (method === "tools/call" && sent !== undefined && this.#calls) return await this.#calls.call(sent, options);
    return await this.#upstream.request({ method, params: sent, options });
  }

  /** Calls a tool, and once more when the server says that the headers of the call are not what it declares. */
  async #callTool(params: Json, options: CallOptions): Promise<Json> {
    const name = String(params.name);
    const send = (tool: Json | undefined) =>
      this.#calls === undefined || mayDeclareHeaders(tool)
        ? this.#upstream.callTool(params, tool, options)
        : this.#calls.call(params, options);
    try {
      return await send(this.#world.tool(name));
    } catch (error) {
      if (!ProtocolError.isInstance(error) || error.code !== HEADER_MISMATCH) throw error;
      // The tool was changed since it was listed. A caller cannot mend headers that we wrote.
      const tools = await this.list("tools/list", options.signal);
      this.#world.onRelisted(tools);
      return await send(tools.find((tool) => tool?.name === name));
    }
  }
}
