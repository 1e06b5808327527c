import { type AuthInfo, type RequestId, Server, type ServerCapabilities } from "@modelcontextprotocol/server";
import type { HttpReply, ServedRequest } from "../lib/servedHttp.ts";
import { isChangeNotification } from "./changeNotifications.ts";
import { handshake } from "./handshake.ts";
import { anyJson, type Json, NO_TIMEOUT, noValidation } from "./passThrough.ts";
import type { Caller, CallerLine, Peer } from "./peer.ts";
import { withoutProgressToken } from "./progressToken.ts";
import type { FrontWorld, Route } from "./route.ts";
import { SessionCalls } from "./sessionCalls.ts";
import { StreamableHttpServer } from "./streamableHttpServer.ts";
import { tellsAll } from "./tellsAll.ts";

export interface SessionWorld<C, R extends Route> extends FrontWorld<C> {
  /** The revisions to speak; by default all that have sessions. */
  readonly supportedVersions?: readonly string[] | undefined;
  /** Makes the route of this session once the caller has said who it is. */
  readonly route: (caller: Caller, peer: Peer) => R;
  readonly onInitialized?: (route: R) => void;
  readonly onClosed: () => void;
}

/**
 * Serves one session of a caller that speaks 2025-11-25 or earlier. Each session has its own route, so that a server's
 * questions (sampling, elicitation, roots) reach the caller that made it ask.
 */
export class CallerSession<C, R extends Route = Route> {
  readonly #world: SessionWorld<C, R>;
  readonly #server: Server;
  readonly #door: StreamableHttpServer;
  /** Requests that are being answered, the newest last. */
  readonly #inFlight: RequestId[] = [];
  #calls: SessionCalls | undefined;
  #caller: Caller | undefined;
  #route: R | undefined;
  #ended: Promise<void> = Promise.resolve();
  /** What its messages come on, if not on HTTP requests. */
  #line: CallerLine | undefined;
  #streams = 0;
  #lastUsedAt: number;
  readonly startedAt: number;

  constructor(id: string, world: SessionWorld<C, R>) {
    this.#world = world;
    this.startedAt = world.now();
    this.#lastUsedAt = this.startedAt;
    const { supportedVersions } = world;
    const capabilities = world.capabilities();
    this.#door = new StreamableHttpServer(id);
    this.#server = new Server(world.serverInfo, {
      capabilities: capabilities as ServerCapabilities,
      jsonSchemaValidator: noValidation,
      ...(supportedVersions !== undefined && { supportedProtocolVersions: [...supportedVersions] }),
    });
    tellsAll(this.#server);
    handshake(this.#server, {
      ...world,
      capabilities,
      onCaller: (caller) => {
        this.#caller = caller;
      },
      onInitialized: () => world.onInitialized?.(this.route),
    });
    // The SDK would handle this itself, but the upstream servers have to know the level.
    this.#server.removeRequestHandler("logging/setLevel");
    this.#server.fallbackRequestHandler = async ({ method, params }, { mcpReq: { id, signal }, http }) => {
      const context = http?.authInfo?.extra?.context as C;
      return await this.#answer(method, params, { id, signal, context });
    };
    this.#server.fallbackNotificationHandler = async ({ method, params }) => await this.#route?.notify(method, params);
    this.#server.onclose = () => {
      this.#ended = this.#route?.close() ?? Promise.resolve();
      world.onClosed();
      this.#calls?.close();
    };
  }

  /** @param line what the caller's messages come on, if not on HTTP requests: all that it is told goes there */
  async start(line?: CallerLine): Promise<void> {
    this.#line = line;
    if (line !== undefined) this.#streams++;
    const transport = line ?? this.#door;
    await this.#server.connect(transport);
    this.#calls = new SessionCalls(transport, ({ params, extra, ...call }) => {
      const context = extra?.authInfo?.extra?.context as C;
      return this.#answer("tools/call", params, { ...call, context });
    });
  }

  /** The route of this session. Its caller is known after `initialize`. */
  get route(): R {
    const caller = this.#caller ?? { clientInfo: this.#world.serverInfo, capabilities: {} };
    this.#route ??= this.#world.route(caller, this.#peer(undefined));
    return this.#route;
  }

  /** The route, if a request has needed it yet. */
  get openRoute(): R | undefined {
    return this.#route;
  }

  /** When the last request or stream ended, in milliseconds since the epoch; `undefined` while one is open. */
  get idleSince(): number | undefined {
    return this.#streams > 0 || this.#inFlight.length > 0 ? undefined : this.#lastUsedAt;
  }

  /**
   * @param body the JSON of a POST
   * @param context passed to `observe` with each request in the body
   */
  async handle(request: ServedRequest, body: unknown, context: C): Promise<HttpReply> {
    this.#lastUsedAt = this.#world.now();
    if (request.method === "GET") this.#countStream(request);
    const authInfo: AuthInfo = { token: "", clientId: "", scopes: [], extra: { context } };
    return await this.#door.handle(request, body, { authInfo });
  }

  async close(): Promise<void> {
    await this.#server.close();
    await this.#ended;
  }

  /** Resolves when all that a session which was closed had open is closed too. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  #countStream(request: ServedRequest): void {
    this.#streams++;
    request.onOver(() => {
      this.#streams--;
      this.#lastUsedAt = this.#world.now();
    });
  }

  /** The caller as a peer, on the stream of one request or, without one, on any stream that is open. */
  #peer(request: RequestId | undefined): Peer {
    const server = this.#server;
    return {
      request: async (method, params, { signal, onprogress }) => {
        const relatedRequestId = request ?? this.#inFlight.at(-1);
        // 2025-11-25 requires an id for URL elicitation, which 2026-07-28 no longer has.
        const needsId = method === "elicitation/create" && params?.mode === "url" && params.elicitationId === undefined;
        const asked = needsId ? { ...params, elicitationId: crypto.randomUUID() } : params;
        return await server.request({ method, ...(asked && { params: asked }) }, anyJson, {
          signal,
          timeout: NO_TIMEOUT,
          ...(relatedRequestId !== undefined && { relatedRequestId }),
          ...(onprogress && { onprogress: (progress) => onprogress(progress as unknown as Json) }),
        });
      },
      notify: (method, params) => {
        // What belongs to a call goes on the call's stream, so that it comes before the result. A change goes on the
        // standalone stream, or with a call if the caller has not opened one.
        const related =
          isChangeNotification(method) && this.#streams > 0 ? undefined : (request ?? this.#inFlight.at(-1));
        const options = related === undefined ? {} : { relatedRequestId: related };
        void server.notification({ method, ...(params && { params }) }, options).catch(() => {});
      },
      drain: () => (this.#line === undefined ? this.#door.drain(request) : this.#line.drain?.()),
    };
  }

  async #answer(
    method: string,
    params: Json | undefined,
    { id, signal, context }: { readonly id: RequestId; readonly signal: AbortSignal; readonly context: C },
  ): Promise<Json> {
    const peer = this.#peer(id);
    const asked = withoutProgressToken(params, peer.notify);
    this.#inFlight.push(id);
    try {
      const options = { signal, onprogress: asked.onprogress, peer, mayCarry: true, context };
      const answered = this.route.handle({ method, params: asked.params, options });
      return await (this.#world.observe?.(answered, context) ?? answered);
    } finally {
      this.#inFlight.splice(this.#inFlight.indexOf(id), 1);
      this.#lastUsedAt = this.#world.now();
    }
  }
}
