import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  createMcpHandler,
  InMemoryServerEventBus,
  LOG_LEVEL_META_KEY,
  type McpHttpHandler,
  ProtocolError,
  Server,
  type ServerCapabilities,
  type ServerContext,
  type ServerEvent,
} from "@modelcontextprotocol/server";
import { type ListMethod, lists } from "../mcp/lists.ts";
import { type Json, noValidation } from "../mcp/passThrough.ts";
import { type OnProgress, withoutProgressToken } from "../mcp/progressToken.ts";
import type { Listed } from "./catalogue.ts";
import { sameItems } from "./catalogueKeeper.ts";
import { MAX_BODY_BYTES } from "./editorSession.ts";
import type { Caller, EditorSide } from "./editorSide.ts";
import type { GatewayLink } from "./gatewayLink.ts";
import { type Channel, SuspendedCall } from "./suspendedCall.ts";

export interface ModernFrontWorld {
  readonly serverInfo: { readonly name: string; readonly version: string };
  readonly capabilities: () => Json;
  readonly instructions: () => string | undefined;
  readonly link: (caller: Caller, editor: EditorSide) => GatewayLink;
  /** Connects in the background where nobody has to sign in for it. */
  readonly connectIfReady: (link: GatewayLink) => void;
  readonly answer: (
    link: GatewayLink,
    method: string,
    params: Json | undefined,
    options: {
      readonly signal: AbortSignal;
      readonly onprogress?: OnProgress | undefined;
      readonly passInputRequired?: boolean | undefined;
    },
    given: (method: ListMethod, items: readonly Listed[]) => void,
  ) => Promise<Json>;
}

/** The requests that may come back for input (2026-07-28, basic/patterns/mrtr). */
const mayAsk = new Set(["tools/call", "prompts/get", "resources/read"]);

const events: Readonly<Record<string, "tools_list_changed" | "prompts_list_changed" | "resources_list_changed">> = {
  "notifications/tools/list_changed": "tools_list_changed",
  "notifications/prompts/list_changed": "prompts_list_changed",
  "notifications/resources/list_changed": "resources_list_changed",
};

/**
 * Serves editors that speak 2026-07-28: no sessions, each request says who is asking, and what the gateway asks
 * back travels in results.
 */
export class ModernFront {
  readonly #world: ModernFrontWorld;
  readonly #handler: McpHttpHandler;
  readonly #bus = new InMemoryServerEventBus();
  readonly #given = new Map<ListMethod, readonly Listed[]>();
  readonly #lanes = new Set<Channel>();
  readonly #parked = new Map<string, Channel>();
  readonly #subscribed = new Map<string, number>();
  #news: GatewayLink | undefined;

  constructor(world: ModernFrontWorld) {
    this.#world = world;
    this.#handler = createMcpHandler(() => this.#server(), {
      legacy: "reject",
      bus: this.#bus,
      maxRequestBodySize: MAX_BODY_BYTES,
    });
  }

  async handle(request: Request, body: unknown): Promise<Response> {
    if ((body as Json | null)?.method === "subscriptions/listen") this.#follow(request, body as Json);
    return await this.#handler.fetch(request, { parsedBody: body });
  }

  links(): GatewayLink[] {
    return [...[...this.#lanes].map((lane) => lane.link), ...(this.#news ? [this.#news] : [])];
  }

  /** Tells listening editors which lists differ from what was given. */
  refreshed(items: (method: ListMethod) => readonly Listed[]): void {
    const changed = new Set<string>();
    for (const [method, given] of this.#given) {
      const now = items(method);
      if (sameItems(given, now)) continue;
      this.#given.set(method, now);
      changed.add(lists[method].changed);
    }
    for (const method of changed) this.#publish(method, undefined);
  }

  /** Closes links that were last used before this time. */
  sweep(usedBefore: number): void {
    for (const lane of this.#lanes) {
      if (lane.call !== undefined || lane.link.lastUsedAt > usedBefore) continue;
      this.#lanes.delete(lane);
      void lane.link.end();
    }
  }

  async close(): Promise<void> {
    await this.#handler.close();
  }

  #server(): Server {
    const instructions = this.#world.instructions();
    const server = new Server(this.#world.serverInfo, {
      capabilities: this.#world.capabilities() as ServerCapabilities,
      jsonSchemaValidator: noValidation,
      ...(instructions !== undefined && { instructions }),
    });
    server.fallbackRequestHandler = async ({ method, params }, ctx) =>
      mayAsk.has(method) ? await this.#act(method, params, ctx) : await this.#ask(method, params, ctx);
    return server;
  }

  async #ask(method: string, params: Json | undefined, ctx: ServerContext): Promise<Json> {
    const options = { signal: ctx.mcpReq.signal };
    return await this.#world.answer(this.#newsLink(), method, params, options, (list, items) =>
      this.#given.set(list, items),
    );
  }

  async #act(method: string, params: Json | undefined, ctx: ServerContext): Promise<Json> {
    const { signal, inputResponses } = ctx.mcpReq;
    const state = ctx.mcpReq.requestState<string>();
    const notify = (notification: string, told: Json | undefined) =>
      void ctx.mcpReq.notify({ method: notification, ...(told && { params: told }) }).catch(() => {});
    const asked = withoutProgressToken(params, notify);
    const waiting = { signal, notify, onprogress: asked.onprogress };

    const resumed = state === undefined ? undefined : this.#parked.get(state);
    if (resumed?.call !== undefined && state !== undefined) {
      this.#parked.delete(state);
      resumed.call.answered(inputResponses?.[QUESTION] as Json | undefined);
      return await this.#turn(resumed, resumed.call, waiting);
    }
    if (state?.startsWith(STATE)) throw new ProtocolError(-32602, "Invalid or expired requestState");

    const lane = this.#lane(ctx);
    const call = new SuspendedCall();
    lane.call = call;
    const level = (ctx.mcpReq.envelope as Json | undefined)?.[LOG_LEVEL_META_KEY];
    if (typeof level === "string") await lane.link.setLogLevel(level, { signal }).catch(() => {});
    const whole = {
      ...asked.params,
      ...(inputResponses !== undefined && { inputResponses }),
      ...(state !== undefined && { requestState: state }),
    };
    const answered = this.#world.answer(
      lane.link,
      method,
      whole,
      { signal: call.signal, onprogress: asked.onprogress && call.onprogress, passInputRequired: true },
      () => {},
    );
    call.start(answered.finally(() => (lane.call = undefined)));
    return await this.#turn(lane, call, waiting);
  }

  async #turn(lane: Channel, call: SuspendedCall, waiting: Parameters<SuspendedCall["turn"]>[0]): Promise<Json> {
    const turn = await call.turn(waiting);
    if (turn.kind === "done") return turn.result;
    const requestState = `${STATE}${crypto.randomUUID()}`;
    this.#parked.set(requestState, lane);
    call.signal.addEventListener("abort", () => this.#parked.delete(requestState), { once: true });
    const question = { method: turn.method, ...(turn.params && { params: turn.params }) };
    return { resultType: "input_required", inputRequests: { [QUESTION]: question }, requestState };
  }

  /** A free link for this kind of caller; what a gateway may ask depends on the capabilities it was told. */
  #lane(ctx: ServerContext): Channel {
    const envelope = ctx.mcpReq.envelope as Json | undefined;
    const caller: Caller = {
      clientInfo: (envelope?.[CLIENT_INFO_META_KEY] as Caller["clientInfo"] | undefined) ?? this.#world.serverInfo,
      capabilities: (envelope?.[CLIENT_CAPABILITIES_META_KEY] as Json | undefined) ?? {},
    };
    const key = JSON.stringify(caller);
    for (const lane of this.#lanes) if (lane.key === key && lane.call === undefined) return lane;
    const lane: Channel = {
      key,
      call: undefined,
      link: this.#world.link(caller, {
        request: async (method, params, options) => {
          if (lane.call === undefined) throw new ProtocolError(-32601, "Nobody is there to answer");
          return await lane.call.request(method, params, options);
        },
        notify: (method, params) => {
          // News comes from one link only, or editors would hear it once per link.
          if (events[method] === undefined && method !== RESOURCE_UPDATED) lane.call?.notify(method, params);
        },
      }),
    };
    this.#lanes.add(lane);
    return lane;
  }

  #newsLink(): GatewayLink {
    this.#news ??= this.#world.link(
      { clientInfo: this.#world.serverInfo, capabilities: {} },
      {
        request: async () => {
          throw new ProtocolError(-32601, "Method not found");
        },
        notify: (method, params) => this.#publish(method, params),
      },
    );
    return this.#news;
  }

  #publish(method: string, params: Json | undefined): void {
    const kind = events[method];
    if (kind !== undefined) this.#bus.publish({ kind });
    else if (method === RESOURCE_UPDATED) {
      this.#bus.publish({ kind: "resource_updated", uri: String(params?.uri), params } as ServerEvent);
    }
  }

  /** Sees to it that what this stream listens for is asked of the gateway as long as it listens. */
  #follow(request: Request, body: Json): void {
    const filter = (body.params as Json | undefined)?.notifications as { resourceSubscriptions?: unknown } | undefined;
    const uris = Array.isArray(filter?.resourceSubscriptions) ? filter.resourceSubscriptions.map(String) : [];
    const link = this.#newsLink();
    this.#world.connectIfReady(link);
    const options = {};
    for (const uri of uris) {
      const count = this.#subscribed.get(uri) ?? 0;
      this.#subscribed.set(uri, count + 1);
      if (count === 0) void link.subscribe({ uri }, options).catch(() => {});
    }
    const onEnd = () => {
      for (const uri of uris) {
        const count = (this.#subscribed.get(uri) ?? 1) - 1;
        this.#subscribed.set(uri, count);
        if (count === 0) void link.unsubscribe({ uri }, options).catch(() => {});
      }
    };
    request.signal.addEventListener("abort", onEnd, { once: true });
  }
}

const RESOURCE_UPDATED = "notifications/resources/updated";

/** The one question of a parked call; a gateway of 2025-11-25 asks one at a time. */
const QUESTION = "question";

/** Tells our own states from those of a 2026-07-28 gateway, which are handed through. */
const STATE = "gateway-connect:parked:";
