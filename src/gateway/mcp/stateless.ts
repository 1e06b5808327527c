import {
  CLIENT_CAPABILITIES_META_KEY,
  createMcpHandler,
  InMemoryServerEventBus,
  LOG_LEVEL_META_KEY,
  ProtocolError,
  Server,
  type ServerContext,
  type ServerEvent,
} from "@modelcontextprotocol/server";
import { type Json, noValidation } from "../../mcp/passThrough.ts";
import { withoutProgressToken } from "../../mcp/progressToken.ts";
import { reported } from "../audit/outcome.ts";
import type { CallerSide } from "../router/callerSide.ts";
import { createProcesses } from "../router/processes.ts";
import { splitName } from "../router/qualifiedName.ts";
import {
  createRouter,
  isNews,
  type Router,
  type RouterSettings,
  type RouterWorld,
  statelessMethods,
} from "../router/router.ts";
import type { TargetCaller } from "../router/target.ts";
import type { CallerContext } from "./callerContext.ts";
import { capabilities } from "./capabilities.ts";
import { paramHeaderMismatch } from "./paramHeaders.ts";
import { type SuspendedCall, suspendedCall, type Waiting } from "./suspendedCall.ts";

export interface StatelessWorld extends RouterWorld {
  readonly settings: () => StatelessSettings;
}

export interface StatelessSettings extends RouterSettings {
  /** What the gateway tells a model about how to use it. */
  readonly instructions: string | undefined;
}

/** The callers that speak 2026-07-28: no sessions, and each request says who asks and what it can be asked. */
export interface Stateless {
  handle(request: Request, body: unknown, from: CallerContext): Promise<Response>;
  /**
   * Answers one request of a caller that speaks an earlier version and has no session: nobody can be asked anything.
   *
   * @throws ProtocolError
   */
  answerAlone(method: string, params: Json | undefined, signal: AbortSignal, from: CallerContext): Promise<Json>;
  /** Takes up the settings as they are now. */
  settingsChanged(): void;
  /** Closes connections nobody used for a while. */
  sweep(): void;
  close(): Promise<void>;
}

/** What is open for one caller who can be asked certain things, whatever requests it comes with. */
interface Visit {
  readonly router: Router;
  /** How many requests of it are being answered. */
  open: number;
  usedAt: number;
}

/** A call that waits for its caller to come back, and who that is. */
interface Parked {
  readonly key: string;
  readonly call: SuspendedCall;
}

/**
 * How long connections stay that nobody uses. A process may take seconds to start, and a person thinks between two
 * calls; longer than that they would be for somebody who is gone.
 */
export const IDLE_MS = 2 * 60_000;

/** `HeaderMismatch` (2026-07-28, basic/transports). */
const HEADER_MISMATCH = -32020;

/** The requests that may come back for input (2026-07-28, basic/patterns/mrtr). */
const mayAsk = new Set(["tools/call", "prompts/get", "resources/read"]);

/** What makes somebody who can be asked (2026-07-28, basic/patterns/mrtr). */
const questions = ["elicitation", "sampling", "roots"] as const;

/** The one question of a parked call: a target of the earlier era asks one at a time. */
const QUESTION = "question";

/** Tells our states from those of the targets, which are handed through. */
const STATE = "gateway:parked:";

const events: Readonly<Record<string, "tools_list_changed" | "prompts_list_changed" | "resources_list_changed">> = {
  "notifications/tools/list_changed": "tools_list_changed",
  "notifications/prompts/list_changed": "prompts_list_changed",
  "notifications/resources/list_changed": "resources_list_changed",
};

const nobody: CallerSide["request"] = async () => {
  throw new ProtocolError(-32601, "Nobody is there to answer");
};

/** Hears nothing: news comes from one place only, or callers would hear it once for each of them. */
const noCall: CallerSide = { request: nobody, notify: () => {} };

export function createStateless(world: StatelessWorld): Stateless {
  const bus = new InMemoryServerEventBus();
  const visits = new Map<string, Visit>();
  const parked = new Map<string, Parked>();
  const subscribed = new Map<string, number>();
  let news: Router | undefined;
  /** How many listen to the news, and since when nobody does. */
  let listeners = 0;
  let unheardSince = 0;

  const handler = createMcpHandler(
    ({ authInfo }) => {
      const { instructions } = world.settings();
      const server = new Server(world.info, {
        capabilities,
        ...(instructions !== undefined && { instructions }),
        jsonSchemaValidator: noValidation,
      });
      const from = authInfo?.extra?.from as CallerContext;
      // Without a handler, the SDK answers what this version does not have with 404 (2026-07-28, basic/transports).
      if (!statelessMethods.has(String(authInfo?.extra?.method))) return server;
      server.fallbackRequestHandler = async ({ method, params }, ctx) =>
        await reported(answer(method, params, ctx, from), from.report);
      return server;
    },
    { legacy: "reject", bus },
  );

  async function answer(
    method: string,
    params: Json | undefined,
    ctx: ServerContext,
    { principal, caller }: CallerContext,
  ): Promise<Json> {
    const { signal, inputResponses } = ctx.mcpReq;
    const state = ctx.mcpReq.requestState<string>();
    const level = (ctx.mcpReq.envelope as Json | undefined)?.[LOG_LEVEL_META_KEY];
    const notify = (told: string, about: Json | undefined) => {
      // A target may still be talking as an earlier request wanted it to; this one has to ask for it itself.
      if (told === "notifications/message" && level === undefined) return;
      if (isNews(told)) return;
      void ctx.mcpReq.notify({ method: told, ...(about && { params: about }) }).catch(() => {});
    };
    const asked = withoutProgressToken(params, notify);
    const waiting = { signal, notify, onprogress: asked.onprogress };
    const asker = ((ctx.mcpReq.envelope as Json | undefined)?.[CLIENT_CAPABILITIES_META_KEY] ?? {}) as Json;
    const key = visitKey(principal, caller, asker);

    const resumed = state === undefined ? undefined : parked.get(state);
    // A state is only good for whoever it was given to.
    if (state !== undefined && resumed?.key === key) {
      parked.delete(state);
      resumed.call.answered(inputResponses?.[QUESTION] as Json | undefined);
      return await turn(key, resumed.call, waiting);
    }
    if (state?.startsWith(STATE)) throw new ProtocolError(-32602, "Invalid or expired requestState");

    const whole = {
      ...asked.params,
      ...(inputResponses !== undefined && { inputResponses }),
      ...(state !== undefined && { requestState: state }),
    };
    const canBeAsked = mayAsk.has(method) && questions.some((one) => asker[one] !== undefined);
    const visit = visitOf(key, asker, caller);
    const call = suspendedCall(async (open) => {
      try {
        return await visit.router.answer(method, whole, {
          signal: open.signal,
          caller: canBeAsked ? open.side : { request: nobody, notify: open.side.notify },
          apart: canBeAsked || typeof level === "string",
          logLevel: typeof level === "string" ? level : undefined,
          passInputRequired: mayAsk.has(method),
          ...(asked.onprogress && { onprogress: open.onprogress }),
        });
      } finally {
        leave(visit);
      }
    });
    return await turn(key, call, waiting);
  }

  async function turn(key: string, call: SuspendedCall, waiting: Waiting): Promise<Json> {
    const next = await call.turn(waiting);
    if (next.kind === "done") return next.result;
    const requestState = `${STATE}${crypto.randomUUID()}`;
    parked.set(requestState, { key, call });
    call.signal.addEventListener("abort", () => parked.delete(requestState), { once: true });
    const question = { method: next.method, ...(next.params && { params: next.params }) };
    return { resultType: "input_required", inputRequests: { [QUESTION]: question }, requestState };
  }

  /** The client is part of it because targets in this process are told which one calls. */
  function visitKey(principal: string, caller: TargetCaller | undefined, asker: Json): string {
    return JSON.stringify([principal, caller?.client ?? null, asker]);
  }

  /** @param asker what the caller can be asked, which a target is told when it is connected to */
  function visitOf(key: string, asker: Json, caller: TargetCaller | undefined): Visit {
    const visit = visits.get(key) ?? {
      router: createRouter(asker, noCall, world, false, caller),
      open: 0,
      usedAt: world.now(),
    };
    visits.set(key, visit);
    visit.open++;
    return visit;
  }

  function leave(visit: Visit): void {
    visit.open--;
    visit.usedAt = world.now();
  }

  function newsRouter(): Router {
    // Its processes serve nobody's calls, and are none of those that a caller may have.
    const own = { ...world, processes: createProcesses() };
    news ??= createRouter({}, { request: nobody, notify: publish }, own, true, undefined);
    return news;
  }

  function publish(method: string, params: Json | undefined): void {
    const kind = events[method];
    if (kind !== undefined) bus.publish({ kind });
    else if (method === "notifications/resources/updated") {
      bus.publish({ kind: "resource_updated", uri: String(params?.uri), params } as ServerEvent);
    }
  }

  /** What a tool takes, as far as anyone has listed it. */
  function schemaOf(params: Json | undefined): unknown {
    const named = splitName(params?.name);
    const tools = named ? world.catalogue.items(named.target, "tools/list") : [];
    return tools.find(({ name }) => name === named?.name)?.inputSchema;
  }

  /** Sees to it that the targets are asked for what this stream listens to, as long as it does. */
  function follow(request: Request, body: Json): void {
    if (request.signal.aborted) return;
    const filter = (body.params as Json | undefined)?.notifications as { resourceSubscriptions?: unknown } | undefined;
    const uris = Array.isArray(filter?.resourceSubscriptions) ? filter.resourceSubscriptions.map(String) : [];
    const router = newsRouter();
    listeners++;
    // Lists are what makes the connections on which the targets tell their news.
    void router.answer("tools/list", undefined, {}).catch(() => {});
    const ask = (method: string, uri: string) => void router.answer(method, { uri }, {}).catch(() => {});
    for (const uri of uris) {
      const count = subscribed.get(uri) ?? 0;
      subscribed.set(uri, count + 1);
      if (count === 0) ask("resources/subscribe", uri);
    }
    const onEnd = () => {
      listeners--;
      unheardSince = world.now();
      for (const uri of uris) {
        const count = (subscribed.get(uri) ?? 1) - 1;
        subscribed.set(uri, count);
        if (count === 0) ask("resources/unsubscribe", uri);
      }
    };
    request.signal.addEventListener("abort", onEnd, { once: true });
  }

  return {
    async handle(request, body, from) {
      const { id, method, params } = { ...(body as Json | null) };
      if (method === "subscriptions/listen") follow(request, body as Json);
      if (method === "tools/call") {
        const mismatch = paramHeaderMismatch(schemaOf(params as Json | undefined), params as Json, request.headers);
        if (mismatch !== undefined) {
          const error = { code: HEADER_MISMATCH, message: mismatch };
          return Response.json({ jsonrpc: "2.0", id: id ?? null, error }, { status: 400 });
        }
      }
      return await handler.fetch(request, {
        parsedBody: body,
        authInfo: { token: "", clientId: from.principal, scopes: [], extra: { from, method } },
      });
    },
    async answerAlone(method, params, signal, { principal, caller, report }) {
      const visit = visitOf(visitKey(principal, caller, {}), {}, caller);
      try {
        return await reported(visit.router.answer(method, params, { signal }), report);
      } finally {
        leave(visit);
      }
    },
    settingsChanged() {
      for (const { router } of visits.values()) router.settingsChanged();
      news?.settingsChanged();
    },
    sweep() {
      for (const [key, { router, open, usedAt }] of visits) {
        router.sweep();
        if (open > 0 || world.now() - usedAt < IDLE_MS) continue;
        visits.delete(key);
        void router.close();
      }
      if (news === undefined || listeners > 0 || world.now() - unheardSince < IDLE_MS) return;
      void news.close();
      news = undefined;
    },
    async close() {
      await handler.close();
      await Promise.all([...[...visits.values()].map(({ router }) => router.close()), news?.close()]);
    },
  };
}
