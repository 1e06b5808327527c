import {
  type RequestId,
  Server,
  type ServerCapabilities,
  type ServerContext,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";
import { type ListMethod, lists } from "../mcp/lists.ts";
import { anyJson, type Json, NO_TIMEOUT, noValidation } from "../mcp/passThrough.ts";
import { type OnProgress, withoutProgressToken } from "../mcp/progressToken.ts";
import type { Listed } from "./catalogue.ts";
import { sameItems } from "./catalogueKeeper.ts";
import type { Caller, EditorSide } from "./editorSide.ts";
import type { GatewayLink } from "./gatewayLink.ts";

/** The largest message an editor may send. Resources and images travel in results, which have no such limit. */
export const MAX_BODY_BYTES = 64 * 1024 * 1024;

export interface EditorSessionWorld {
  /** How the editor gets to know this server. */
  readonly serverInfo: { readonly name: string; readonly version: string };
  readonly capabilities: Json;
  readonly instructions: string | undefined;
  readonly now: () => number;
  /** Makes the link for this session once the editor has said who it is. */
  readonly link: (caller: Caller, editor: EditorSide) => GatewayLink;
  readonly answer: (
    link: GatewayLink,
    method: string,
    params: Json | undefined,
    options: { readonly signal: AbortSignal; readonly onprogress?: OnProgress | undefined },
    given: (method: ListMethod, items: readonly Listed[]) => void,
  ) => Promise<Json>;
  readonly onInitialized: (session: EditorSession) => void;
  readonly onClosed: (session: EditorSession) => void;
}

/**
 * One session of an editor that speaks 2025-11-25 or earlier, with its own link to the gateway, so that what the
 * gateway asks (sampling, elicitation, roots) reaches the editor whose call made it ask.
 */
export class EditorSession implements EditorSide {
  readonly #world: EditorSessionWorld;
  readonly #server: Server;
  readonly #transport: WebStandardStreamableHTTPServerTransport;
  readonly #given = new Map<ListMethod, readonly Listed[]>();
  /** Requests in progress, the newest last. */
  readonly #inFlight: RequestId[] = [];
  #link: GatewayLink | undefined;
  #streams = 0;
  #lastUsedAt: number;

  constructor(id: string, world: EditorSessionWorld) {
    this.#world = world;
    this.#lastUsedAt = world.now();
    this.#transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => id,
      maxRequestBodySize: MAX_BODY_BYTES,
    });
    this.#server = new Server(world.serverInfo, {
      capabilities: world.capabilities as ServerCapabilities,
      jsonSchemaValidator: noValidation,
      ...(world.instructions !== undefined && { instructions: world.instructions }),
    });
    // The SDK would keep the level to itself; the gateway is the one that has to know it.
    this.#server.removeRequestHandler("logging/setLevel");
    this.#server.fallbackRequestHandler = async ({ method, params }, ctx) => await this.#answer(method, params, ctx);
    this.#server.fallbackNotificationHandler = async ({ method, params }) => await this.#link?.notify(method, params);
    this.#server.oninitialized = () => world.onInitialized(this);
    this.#server.onclose = () => world.onClosed(this);
  }

  async start(): Promise<void> {
    await this.#server.connect(this.#transport);
  }

  /** The link of this session. Its caller is known after `initialize`. */
  get link(): GatewayLink {
    this.#link ??= this.#world.link(
      {
        clientInfo: this.#server.getClientVersion() ?? this.#world.serverInfo,
        capabilities: this.#server.getClientCapabilities() ?? {},
      },
      this,
    );
    return this.#link;
  }

  async handle(request: Request, parsedBody: unknown): Promise<Response> {
    this.#lastUsedAt = this.#world.now();
    if (request.method === "GET") {
      this.#streams++;
      request.signal.addEventListener(
        "abort",
        () => {
          this.#streams--;
          this.#lastUsedAt = this.#world.now();
        },
        { once: true },
      );
    }
    return await this.#transport.handleRequest(request, { parsedBody });
  }

  /** Since when nobody uses this session; `undefined` while somebody does. */
  get idleSince(): number | undefined {
    return this.#streams > 0 || this.#inFlight.length > 0 ? undefined : this.#lastUsedAt;
  }

  /** Tells the editor which lists differ from what it was given. */
  refreshed(items: (method: ListMethod) => readonly Listed[]): void {
    const changed = new Set<string>();
    for (const [method, given] of this.#given) {
      const now = items(method);
      if (sameItems(given, now)) continue;
      this.#given.set(method, now);
      changed.add(lists[method].changed);
    }
    for (const method of changed) this.notify(method, undefined);
  }

  async request(
    method: string,
    params: Json | undefined,
    { signal, onprogress }: { readonly signal: AbortSignal; readonly onprogress?: OnProgress },
  ): Promise<Json> {
    // 2025-11-25 wants an id for a page to open, which 2026-07-28 has no use for any more.
    const needsId = method === "elicitation/create" && params?.mode === "url" && params.elicitationId === undefined;
    const asked = needsId ? { ...params, elicitationId: crypto.randomUUID() } : params;
    const send = (relatedRequestId: RequestId | undefined) =>
      this.#server.request({ method, ...(asked && { params: asked }) }, anyJson, {
        signal,
        timeout: NO_TIMEOUT,
        ...(relatedRequestId !== undefined && { relatedRequestId }),
        ...(onprogress && { onprogress: (progress) => onprogress(progress as unknown as Json) }),
      });
    return (await send(this.#inFlight.at(-1))) as Json;
  }

  notify(method: string, params: Json | undefined): void {
    // What belongs to a call goes on the call's own stream, so that it comes before the result. News for everyone
    // goes on the stream that is there for it, or with a call if the editor has not opened one.
    const isNews = /list_changed$|resources\/updated$/.test(method);
    const related = isNews && this.#streams > 0 ? undefined : this.#inFlight.at(-1);
    void this.#server
      .notification({ method, ...(params && { params }) }, related === undefined ? {} : { relatedRequestId: related })
      .catch(() => {});
  }

  async close(): Promise<void> {
    await this.#server.close();
  }

  async #answer(method: string, params: Json | undefined, ctx: ServerContext): Promise<Json> {
    const { id, signal } = ctx.mcpReq;
    const asked = withoutProgressToken(params, (notification, progress) => {
      void ctx.mcpReq.notify({ method: notification, params: progress }).catch(() => {});
    });
    this.#inFlight.push(id);
    try {
      return await this.#world.answer(
        this.link,
        method,
        asked.params,
        { signal, onprogress: asked.onprogress },
        (list, items) => this.#given.set(list, items),
      );
    } finally {
      this.#inFlight.splice(this.#inFlight.indexOf(id), 1);
      this.#lastUsedAt = this.#world.now();
    }
  }
}
