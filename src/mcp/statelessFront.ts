import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  createMcpHandler,
  InMemoryServerEventBus,
  LOG_LEVEL_META_KEY,
  type McpHttpHandler,
  ProtocolErrorCode,
  Server,
  type ServerCapabilities,
} from "@modelcontextprotocol/server";
import { emptyReply, type HttpReply, type ServedRequest } from "../lib/servedHttp.ts";
import { isChangeNotification, serverEvent } from "./changeNotifications.ts";
import { KeptRoutes, type KeptRoutesWorld } from "./keptRoutes.ts";
import { Listeners } from "./listeners.ts";
import { type Json, noValidation } from "./passThrough.ts";
import { type Caller, type CallerRequest, nobody, type Peer } from "./peer.ts";
import { errorOf, type PlainCall, PlainCalls, typedResult } from "./plainCalls.ts";
import { PostedRequests } from "./postedRequests.ts";
import { type OnProgress, withoutProgressToken } from "./progressToken.ts";
import type { FrontWorld, Route } from "./route.ts";
import { SuspendedCall } from "./suspendedCall.ts";
import { SuspendedCalls } from "./suspendedCalls.ts";
import { tellsAll } from "./tellsAll.ts";
import { replyOf, webRequest } from "./webExchange.ts";
import { readResult } from "./wire/carriedResult.ts";

export interface StatelessWorld<C, R extends Route> extends FrontWorld<C>, KeptRoutesWorld<C, R> {
  /** Marks our own `requestState`; those of upstream servers are passed through. */
  readonly statePrefix: string;
  /** Whether a method is served; others get a 404 (2026-07-28, basic/transports). All are by default. */
  readonly serves?: (method: string) => boolean;
  /** Makes the route that listens for changes on behalf of all callers. */
  readonly changes: (peer: Peer) => R;
  /** Called when a caller begins to listen: connects the route of changes. */
  readonly onListen: (route: R) => void;
}

/** The requests that may come back for input (2026-07-28, basic/patterns/mrtr). */
const mayAsk = new Set(["tools/call", "prompts/get", "resources/read"]);

/** One request, whichever way it came. */
interface Asked {
  readonly method: string;
  readonly params: Json | undefined;
  readonly signal: AbortSignal;
  /** What it says of itself in `_meta`. */
  readonly envelope: Json | undefined;
  readonly inputResponses: Json | undefined;
  readonly state: string | undefined;
  readonly notify: Peer["notify"];
  readonly drain?: Peer["drain"];
  /** Whether whoever writes the answer knows results that are carried. */
  readonly mayCarry: boolean;
}

/** What servers of earlier revisions say, and this one does not know. */
const otherEras = new Set(["notifications/elicitation/complete", "notifications/tasks/status"]);

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
  readonly #routes: KeptRoutes<C, R>;
  readonly #suspended: SuspendedCalls;
  readonly #listeners: Listeners;
  readonly #plainCalls = new PlainCalls();
  #isClosed = false;
  #changes: R | undefined;

  constructor(world: StatelessWorld<C, R>) {
    this.#world = world;
    this.#routes = new KeptRoutes(world);
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
    const plain = this.#isClosed ? undefined : this.#plainCalls.read(request, body);
    if (plain !== undefined && this.#world.serves?.(plain.method) !== false)
      return await this.#answerPlain(request, plain, context);
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
    const kept = this.#routes.enter({ clientInfo: this.#world.serverInfo, capabilities: {} }, context);
    try {
      const options = { ...request.options, context };
      return await this.#observed(kept.route.handle({ ...request, options }), context);
    } finally {
      this.#routes.leave(kept);
    }
  }

  /** All open routes, including the one of changes. */
  routes(): readonly R[] {
    const own = this.#routes.all();
    return this.#changes === undefined ? own : [...own, this.#changes];
  }

  /** Tells all listening callers of a change. */
  publish(method: string, params: Json | undefined): void {
    const event = serverEvent(method, params);
    if (event !== undefined) this.#bus.publish(event);
  }

  /** Closes routes that have been idle for long enough. */
  sweep(): void {
    this.#routes.sweep();
    const { now, idleMs } = this.#world;
    const { idleSince } = this.#listeners;
    if (this.#changes === undefined || idleSince === undefined || now() - idleSince < idleMs) return;
    void this.#changes.close();
    this.#changes = undefined;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
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
    tellsAll(server);
    // Without a handler, the SDK answers with 404.
    if (this.#world.serves?.(String(method)) === false) return server;
    server.fallbackRequestHandler = async ({ method, params }, { mcpReq }) => {
      const { signal, envelope, inputResponses } = mcpReq;
      const asked: Asked = {
        ...{ method, params, signal, inputResponses, mayCarry: false },
        envelope: envelope as Json | undefined,
        state: mcpReq.requestState<string>(),
        notify: (told, about) => void mcpReq.notify({ method: told, ...(about && { params: about }) }).catch(() => {}),
      };
      return await this.#observed(this.#answer(asked, context), context);
    };
    return server;
  }

  /** Answers a call about which the SDK has nothing to say. */
  async #answerPlain(request: ServedRequest, { id, ...call }: PlainCall, context: C): Promise<HttpReply> {
    const posted = new PostedRequests(request, [id], { gone: emptyReply(499) });
    const notify: Peer["notify"] = (told, about) => {
      if (otherEras.has(told)) return;
      posted.say({ jsonrpc: "2.0", method: told, ...(about && { params: about }) });
    };
    const asked: Asked = {
      ...call,
      signal: posted.signal,
      inputResponses: undefined,
      state: undefined,
      notify,
      drain: () => posted.drain(),
      mayCarry: true,
    };
    void this.#observed(this.#answer(asked, context), context)
      .then((result) => ({ result: typedResult(result, this.#world.serverInfo) }))
      .catch((failure: unknown) => ({ error: errorOf(failure) }))
      .then((answer) => {
        // The one error that has a status of its own wherever it comes from (2026-07-28, basic).
        const lacks = "error" in answer && answer.error.code === ProtocolErrorCode.MissingRequiredClientCapability;
        posted.answer(id, { jsonrpc: "2.0", id, ...answer }, lacks ? 400 : 200);
      });
    return await posted.reply;
  }

  async #answer(
    { method, params, signal, envelope, inputResponses, state, notify: tell, drain, mayCarry }: Asked,
    context: C,
  ): Promise<Json> {
    const level = envelope?.[LOG_LEVEL_META_KEY];
    const notify: Peer["notify"] = (told, about) => {
      // The server may still log for an earlier request; this request gets log messages only if it asked for them.
      if (told === "notifications/message" && level === undefined) return;
      // Only the route of changes tells of them, or callers would hear of each change several times.
      if (!isChangeNotification(told)) tell(told, about);
    };
    const asked = withoutProgressToken(params, notify);
    const waiting = { signal, notify, drain, onprogress: asked.onprogress };
    const caller: Caller = {
      clientInfo: (envelope?.[CLIENT_INFO_META_KEY] as Caller["clientInfo"] | undefined) ?? this.#world.serverInfo,
      capabilities: (envelope?.[CLIENT_CAPABILITIES_META_KEY] as Json | undefined) ?? {},
    };
    const key = this.#world.keyOf(caller, context);
    const resumed = this.#suspended.resume(key, state, inputResponses);
    // The call may have begun as one whose result is carried.
    if (resumed !== undefined) return readResult(await this.#suspended.turn(key, resumed, waiting));

    const whole = {
      ...asked.params,
      ...(inputResponses !== undefined && { inputResponses }),
      ...(state !== undefined && { requestState: state }),
    };
    const canBeAsked = mayAsk.has(method) && questions.some((one) => caller.capabilities[one] !== undefined);
    const kept = this.#routes.enter(caller, context);
    const handle = async (by: Pick<SuspendedCall, "signal" | "peer">, onprogress: OnProgress | undefined) => {
      try {
        const options = {
          ...{ signal: by.signal, peer: by.peer, onprogress },
          exclusive: canBeAsked || typeof level === "string",
          logLevel: typeof level === "string" ? level : undefined,
          passInputRequired: mayAsk.has(method),
          mayCarry,
          context,
        };
        return await kept.route.handle({ method, params: whole, options });
      } finally {
        this.#routes.leave(kept);
      }
    };
    // Whoever cannot be asked need not come back.
    if (!canBeAsked)
      return await handle({ signal, peer: { ...nobody, notify, ...(drain && { drain }) } }, asked.onprogress);
    const call = new SuspendedCall((by) => handle(by, asked.onprogress && by.onprogress));
    return await this.#suspended.turn(key, call, waiting);
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
