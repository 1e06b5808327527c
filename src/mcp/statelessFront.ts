import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  createMcpHandler,
  InMemoryServerEventBus,
  LOG_LEVEL_META_KEY,
  type McpHttpHandler,
  Server,
  type ServerCapabilities,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { LONGEST_CALLER_KEY, MOST_ROUTES } from "../lib/limits.ts";
import type { HttpReply, ServedRequest } from "../lib/servedHttp.ts";
import { isChangeNotification, serverEvent } from "./changeNotifications.ts";
import { Listeners } from "./listeners.ts";
import { type Json, noValidation } from "./passThrough.ts";
import { type Caller, type CallerRequest, nobody, type Peer } from "./peer.ts";
import { withoutProgressToken } from "./progressToken.ts";
import type { FrontWorld, Route } from "./route.ts";
import { SuspendedCall } from "./suspendedCall.ts";
import { SuspendedCalls } from "./suspendedCalls.ts";
import { replyOf, webRequest } from "./webExchange.ts";

export interface StatelessWorld<C, R extends Route> extends FrontWorld<C> {
  /** Marks our own `requestState`; those of upstream servers are passed through. */
  readonly statePrefix: string;
  /** Whether a method is served; others get a 404 (2026-07-28, basic/transports). All are by default. */
  readonly serves?: (method: string) => boolean;
  /** Requests with the same key share a route and may continue each other's suspended calls. */
  readonly keyOf: (caller: Caller, context: C) => string;
  /** Makes the route for a key. Each request brings its own peer. */
  readonly route: (caller: Caller, context: C) => R;
  /** Makes the route that listens for changes on behalf of all callers. */
  readonly changes: (peer: Peer) => R;
  /** Called when a caller begins to listen: connects the route of changes. */
  readonly onListen: (route: R) => void;
  /** How long idle connections stay open, in milliseconds. */
  readonly idleMs: number;
}

interface Kept<R> {
  readonly key: string;
  readonly route: R;
  /** The number of requests in flight. */
  open: number;
  usedAt: number;
}

/** The requests that may come back for input (2026-07-28, basic/patterns/mrtr). */
const mayAsk = new Set(["tools/call", "prompts/get", "resources/read"]);

/** The headers that the SDK looks at. */
const sdkHeaders = ["content-type", "accept", "mcp-protocol-version", "mcp-method", "mcp-name"];

/** Capabilities of a caller that can be asked. */
const questions = ["elicitation", "sampling", "roots"] as const;

/**
 * Serves callers that speak 2026-07-28. There are no sessions: each request says who asks and what it can be asked, and
 * questions of a server travel in results.
 */
export class StatelessFront<C, R extends Route = Route> {
  readonly #world: StatelessWorld<C, R>;
  readonly #handler: McpHttpHandler;
  readonly #bus = new InMemoryServerEventBus();
  readonly #routes = new Map<string, Kept<R>>();
  readonly #suspended: SuspendedCalls;
  readonly #listeners: Listeners;
  #changes: R | undefined;

  constructor(world: StatelessWorld<C, R>) {
    this.#world = world;
    this.#suspended = new SuspendedCalls(world.statePrefix);
    this.#listeners = new Listeners((method, uri) => {
      void this.#changesRoute()
        .handle({ method, params: { uri }, options: {} })
        .catch(() => {});
    }, world.now);
    this.#handler = createMcpHandler(
      ({ authInfo }) => this.#server(authInfo?.extra as { readonly context: C; readonly method: unknown }),
      { legacy: "reject", bus: this.#bus },
    );
  }

  /**
   * @param body the JSON of a POST
   * @param context goes to `keyOf`, `route` and `observe`
   */
  async handle(request: ServedRequest, body: unknown, context: C): Promise<HttpReply> {
    const { method, params } = { ...(body as Json | null) };
    if (method === "subscriptions/listen" && this.#listeners.follow(params as Json | undefined, request.signal)) {
      this.#world.onListen(this.#changesRoute());
    }
    const response = await this.#handler.fetch(webRequest(request, sdkHeaders), {
      parsedBody: body,
      authInfo: { token: "", clientId: "", scopes: [], extra: { context, method } },
    });
    return await replyOf(response, request);
  }

  /**
   * Answers one request of a caller that speaks an earlier revision and has no session: it cannot be asked.
   *
   * @throws ProtocolError
   */
  async answerSessionless(request: CallerRequest, context: C): Promise<Json> {
    const kept = this.#keep({ clientInfo: this.#world.serverInfo, capabilities: {} }, context);
    try {
      return await this.#observed(kept.route.handle(request), context);
    } finally {
      this.#leave(kept);
    }
  }

  /** All open routes, including the one of changes. */
  routes(): readonly R[] {
    const own = [...this.#routes.values()].map(({ route }) => route);
    return this.#changes === undefined ? own : [...own, this.#changes];
  }

  /** Tells all listening callers of a change. */
  publish(method: string, params: Json | undefined): void {
    const event = serverEvent(method, params);
    if (event !== undefined) this.#bus.publish(event);
  }

  /** Closes routes that have been idle for long enough. */
  sweep(): void {
    const { now, idleMs } = this.#world;
    for (const kept of this.#routes.values()) {
      kept.route.sweep();
      if (kept.open === 0 && now() - kept.usedAt >= idleMs) this.#drop(kept);
    }
    const { idleSince } = this.#listeners;
    if (this.#changes === undefined || idleSince === undefined || now() - idleSince < idleMs) return;
    void this.#changes.close();
    this.#changes = undefined;
  }

  async close(): Promise<void> {
    await this.#handler.close();
    await Promise.all(this.routes().map((route) => route.close()));
  }

  #server({ context, method }: { readonly context: C; readonly method: unknown }): Server {
    const instructions = this.#world.instructions();
    const server = new Server(this.#world.serverInfo, {
      capabilities: this.#world.capabilities() as ServerCapabilities,
      jsonSchemaValidator: noValidation,
      ...(instructions !== undefined && { instructions }),
    });
    // Without a handler, the SDK answers with 404.
    if (this.#world.serves?.(String(method)) === false) return server;
    server.fallbackRequestHandler = async (asked, ctx) =>
      await this.#observed(this.#answer(asked.method, asked.params, ctx, context), context);
    return server;
  }

  async #answer(method: string, params: Json | undefined, ctx: ServerContext, context: C): Promise<Json> {
    const { signal, inputResponses } = ctx.mcpReq;
    const envelope = ctx.mcpReq.envelope as Json | undefined;
    const level = envelope?.[LOG_LEVEL_META_KEY];
    const notify: Peer["notify"] = (told, about) => {
      // The server may still log for an earlier request; this request gets log messages only if it asked for them.
      if (told === "notifications/message" && level === undefined) return;
      // Only the route of changes tells of them, or callers would hear of each change several times.
      if (isChangeNotification(told)) return;
      void ctx.mcpReq.notify({ method: told, ...(about && { params: about }) }).catch(() => {});
    };
    const asked = withoutProgressToken(params, notify);
    const waiting = { signal, notify, onprogress: asked.onprogress };
    const caller: Caller = {
      clientInfo: (envelope?.[CLIENT_INFO_META_KEY] as Caller["clientInfo"] | undefined) ?? this.#world.serverInfo,
      capabilities: (envelope?.[CLIENT_CAPABILITIES_META_KEY] as Json | undefined) ?? {},
    };
    const key = this.#world.keyOf(caller, context);
    const state = ctx.mcpReq.requestState<string>();
    const resumed = this.#suspended.resume(key, state, inputResponses);
    if (resumed !== undefined) return await this.#suspended.turn(key, resumed, waiting);

    const whole = {
      ...asked.params,
      ...(inputResponses !== undefined && { inputResponses }),
      ...(state !== undefined && { requestState: state }),
    };
    const canBeAsked = mayAsk.has(method) && questions.some((one) => caller.capabilities[one] !== undefined);
    const kept = this.#keep(caller, context);
    const call = new SuspendedCall(async ({ signal: ended, peer, onprogress }) => {
      try {
        const options = {
          signal: ended,
          peer: canBeAsked ? peer : { ...nobody, notify: peer.notify },
          exclusive: canBeAsked || typeof level === "string",
          logLevel: typeof level === "string" ? level : undefined,
          passInputRequired: mayAsk.has(method),
          ...(asked.onprogress && { onprogress }),
        };
        return await kept.route.handle({ method, params: whole, options });
      } finally {
        this.#leave(kept);
      }
    });
    return await this.#suspended.turn(key, call, waiting);
  }

  #keep(caller: Caller, context: C): Kept<R> {
    const { keyOf, route, now } = this.#world;
    const key = keyOf(caller, context);
    const kept = this.#routes.get(key) ?? { key, route: route(caller, context), open: 0, usedAt: now() };
    // A Map keeps the order of insertion: its first entry was used least recently.
    this.#routes.delete(key);
    this.#routes.set(key, kept);
    kept.open++;
    return kept;
  }

  #leave(kept: Kept<R>): void {
    kept.open--;
    kept.usedAt = this.#world.now();
    if (kept.open === 0 && kept.key.length > LONGEST_CALLER_KEY) this.#drop(kept);
    if (this.#routes.size <= MOST_ROUTES) return;
    const idle = [...this.#routes.values()].find(({ open }) => open === 0);
    if (idle !== undefined) this.#drop(idle);
  }

  #drop({ key, route }: Kept<R>): void {
    this.#routes.delete(key);
    void route.close();
  }

  #changesRoute(): R {
    this.#changes ??= this.#world.changes({
      ...nobody,
      notify: (method, params) => this.publish(method, params),
    });
    return this.#changes;
  }

  #observed(answered: Promise<Json>, context: C): Promise<Json> {
    return this.#world.observe?.(answered, context) ?? answered;
  }
}
