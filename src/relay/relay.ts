import { isJsonContentType, isLegacyRequest } from "@modelcontextprotocol/server";
import { GatewayFailure } from "../failures/failure.ts";
import type { Log } from "../lib/log.ts";
import { type ListMethod, listMethods } from "../mcp/lists.ts";
import type { Json } from "../mcp/passThrough.ts";
import type { OnProgress } from "../mcp/progressToken.ts";
import type { Catalogue, CatalogueStore, Listed } from "./catalogue.ts";
import { CatalogueKeeper } from "./catalogueKeeper.ts";
import { EditorSession } from "./editorSession.ts";
import type { Caller, EditorSide } from "./editorSide.ts";
import type { GatewayAccess } from "./gatewayAccess.ts";
import { GatewayLink, type LinkWorld } from "./gatewayLink.ts";
import { type AnswerWorld, callWithSignIn, handleRequest } from "./handleRequest.ts";
import { HostQuirks } from "./hostQuirks.ts";
import { ModernFront } from "./modernFront.ts";
import { type MessageStream, pipeToRelay } from "./pipeToRelay.ts";

/** Which gateway a relay stands for, and how the editor knows it. */
export interface RelayTarget {
  readonly id: string;
  /** The connection's name, which editors put in front of the tools. */
  readonly name: string;
  readonly url: string;
  /** The version of this product, told to both sides. */
  readonly version: string;
  /** The one revision to speak to the gateway; undefined finds out. */
  readonly protocol?: "2025-11-25" | "2026-07-28";
}

export interface RelayWorld {
  readonly access: GatewayAccess;
  readonly catalogue: CatalogueStore;
  readonly log: Log;
  readonly now: () => number;
  /** Called when the tools are others than those known before. */
  readonly onToolsChanged?: (tools: readonly Listed[]) => void;
}

const IDLE_SESSION_MS = 30 * 60_000;
const IDLE_LINK_MS = 5 * 60_000;
const SWEEP_MS = 60_000;
/** Hosts give a call up after a minute. */
const HOST_PATIENCE_MS = 50_000;

/** What a gateway may turn out to have, declared to the editor before the gateway was ever reached. */
const allCapabilities: Json = {
  tools: { listChanged: true },
  prompts: { listChanged: true },
  resources: { listChanged: true, subscribe: true },
  completions: {},
  logging: {},
};

/**
 * Stands between the editor's MCP client and one gateway: an MCP server towards the editor, an MCP client towards
 * the gateway, each in its own protocol era.
 *
 * The editor never waits for a sign-in to start, and never sees a 401 or 403: it would react with dialogs of its own.
 */
export class Relay {
  readonly id: string;
  readonly #target: RelayTarget;
  readonly #world: RelayWorld;
  readonly #keeper: CatalogueKeeper;
  readonly #answerWorld: AnswerWorld;
  readonly #linkWorld: LinkWorld;
  readonly #sessions = new Map<string, EditorSession>();
  readonly #modern: ModernFront;
  #direct: GatewayLink | undefined;
  #subject: string | undefined;
  #sweeper: ReturnType<typeof setInterval> | undefined;
  #closed = false;
  /** How many calls wait for a person. */
  #asking = 0;

  constructor(target: RelayTarget, world: RelayWorld) {
    const { access, log, now } = world;
    const { name, url, protocol } = target;
    const place = { name, url, ...(protocol !== undefined && { protocol }) };
    this.id = target.id;
    this.#target = target;
    this.#world = world;
    this.#keeper = new CatalogueKeeper(world.catalogue, { now, log, onToolsChanged: world.onToolsChanged });
    const counted: GatewayAccess = {
      fetch: access.fetch,
      ready: () => access.ready(),
      signIn: async (because, signal) => {
        this.#asking += 1;
        try {
          return await access.signIn(because, signal);
        } finally {
          this.#asking -= 1;
        }
      },
    };
    this.#answerWorld = { place, access: counted, keeper: this.#keeper, log };
    this.#linkWorld = {
      place,
      access,
      keeper: this.#keeper,
      log,
      now,
      onConnected: (link) => void this.#refresh(link),
      onListChanged: (link, methods) => void this.#refresh(link, methods),
    };
    this.#modern = new ModernFront({
      serverInfo: { name: target.name, version: target.version },
      capabilities: () => this.#capabilities(),
      instructions: () => this.#keeper.current?.instructions,
      connectIfReady: (link) => void this.#connectIfReady(link),
      link: (caller, editor) => new GatewayLink(caller, editor, this.#linkWorld),
      answer: (link, method, params, options, given) =>
        handleRequest(link, method, params, options, this.#answerWorld, given),
    });
  }

  /** Serves one HTTP request of the editor. */
  async handle(request: Request): Promise<Response> {
    if (this.#closed) return problem(404, "This connection is closed.");
    let body: unknown;
    if (request.method === "POST") {
      if (!isJsonContentType(request.headers.get("content-type")))
        return problem(415, "Content-Type must be application/json.");
      try {
        body = await request.json();
      } catch {
        return problem(400, "Parse error", -32700);
      }
    }
    this.#sweepLater();
    const response = (await isLegacyRequest(request, body))
      ? await this.#legacy(request, body)
      : await this.#modern.handle(request, body);
    // Whatever a transport comes up with, an editor starts its own sign-in on these.
    return response.status === 401 || response.status === 403
      ? problem(502, "The gateway refused the request.")
      : response;
  }

  /** Serves a host with an mcp.json, whose messages come as a stream, until it ends. */
  async pipe(host: MessageStream): Promise<void> {
    await pipeToRelay(host, this, {
      rules: new HostQuirks(() => this.#keeper.items("tools/list")),
      patience: {
        ms: HOST_PATIENCE_MS,
        waiting: () => this.#asking > 0,
        text: `A sign-in to "${this.#target.name}" is waiting in the editor's window. Sign in there, then call the tool again.`,
      },
    });
  }

  /**
   * The tools, asked of the gateway now.
   *
   * @throws GatewayFailure when it cannot be asked; `catalogue()` has what it had
   */
  async listTools(signal?: AbortSignal): Promise<readonly Listed[]> {
    return await this.#directLink().list("tools/list", signal);
  }

  /**
   * Calls a tool for the extension itself, with a sign-in if it takes one.
   *
   * @throws GatewayFailure, or the gateway's own `ProtocolError`
   */
  async callTool(
    name: string,
    args: Json,
    options: { readonly signal?: AbortSignal; readonly onprogress?: OnProgress } = {},
  ): Promise<Json> {
    return await callWithSignIn(
      this.#directLink(),
      "tools/call",
      { name, arguments: args },
      options,
      this.#answerWorld,
    );
  }

  /** What the gateway said about itself when it was last reached. */
  catalogue(): Catalogue | undefined {
    return this.#keeper.current;
  }

  /**
   * Somebody signed in: read the lists again, and tell editors whose lists differ.
   *
   * @param subject who it is. Connections of anybody else are replaced; without it, all of them are
   */
  async signedIn(subject?: string): Promise<void> {
    const same = subject !== undefined && subject === this.#subject;
    this.#subject = subject;
    if (!same) for (const link of this.#links()) link.retire();
    const sessions = [...this.#sessions.values()];
    const links = sessions.length > 0 ? sessions.map((session) => session.link) : [this.#directLink()];
    await Promise.all(links.map((link) => this.#connectQuietly(link)));
  }

  /** Somebody signed out: end everything at the gateway. Editors keep their sessions, and their next call asks. */
  async reset(): Promise<void> {
    this.#subject = undefined;
    await Promise.all(this.#links().map((link) => link.close()));
  }

  /** Ends every session on both sides. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#sweeper);
    const links = this.#links();
    await Promise.all([...this.#sessions.values()].map((session) => session.close()));
    await Promise.all([this.#modern.close(), ...links.map((link) => link.end())]);
    await this.#keeper.written();
  }

  async #legacy(request: Request, body: unknown): Promise<Response> {
    const id = request.headers.get("mcp-session-id");
    if (id !== null) {
      const known = this.#sessions.get(id);
      return known === undefined ? problem(404, "Session not found", -32001) : await known.handle(request, body);
    }
    const session = await this.#newSession(crypto.randomUUID(), isInitialize(body));
    return await session.handle(request, body);
  }

  async #newSession(id: string, keep: boolean): Promise<EditorSession> {
    const session = new EditorSession(id, {
      serverInfo: { name: this.#target.name, version: this.#target.version },
      capabilities: this.#capabilities(),
      instructions: this.#keeper.current?.instructions,
      now: this.#world.now,
      link: (caller, editor) => new GatewayLink(caller, editor, this.#linkWorld),
      answer: (link, method, params, options, given) =>
        handleRequest(link, method, params, options, this.#answerWorld, given),
      onInitialized: (ready) => void this.#connectIfReady(ready.link),
      onClosed: (closed) => {
        if (!this.#sessions.delete(id)) return;
        this.#world.log.info("relay: session closed", { gateway: this.#target.name });
        void closed.link.end();
      },
    });
    await session.start();
    if (keep) this.#sessions.set(id, session);
    return session;
  }

  #capabilities(): Json {
    const known = this.#keeper.current?.capabilities;
    if (known === undefined) return allCapabilities;
    // The relay itself says when lists change, for one after a sign-in, whether or not the gateway does.
    const listChanged = (name: string) =>
      known[name] !== undefined && { [name]: { ...(known[name] as Json), listChanged: true } };
    return { ...known, ...listChanged("tools"), ...listChanged("prompts"), ...listChanged("resources") };
  }

  #directLink(): GatewayLink {
    if (this.#closed)
      throw new GatewayFailure("gateway_connection_lost", { gateway: this.#target.name, reason: "closed" });
    const caller: Caller = { clientInfo: { name: "gateway-connect", version: this.#target.version }, capabilities: {} };
    this.#direct ??= new GatewayLink(caller, nobody, this.#linkWorld);
    this.#sweepLater();
    return this.#direct;
  }

  #links(): GatewayLink[] {
    return [
      ...[...this.#sessions.values()].map((session) => session.link),
      ...this.#modern.links(),
      ...(this.#direct ? [this.#direct] : []),
    ];
  }

  async #connectIfReady(link: GatewayLink): Promise<void> {
    if (await this.#world.access.ready().catch(() => false)) await this.#connectQuietly(link);
  }

  /** Connects if it can be done without anybody; what is in the way shows when somebody acts. */
  async #connectQuietly(link: GatewayLink): Promise<void> {
    try {
      await link.connect();
      await this.#refresh(link);
    } catch {
      this.#world.log.debug("relay: not connected in the background", { gateway: this.#target.name });
    }
  }

  /** Reads lists, the tools first since editors wait for them, and tells whom it concerns. */
  async #refresh(link: GatewayLink, methods: readonly ListMethod[] = listMethods): Promise<void> {
    const { current } = link;
    try {
      for (const method of methods) {
        // A connection that ended meanwhile is not opened again for this.
        if (link.current !== current || !link.connected) return;
        await link.list(method);
      }
    } catch {
      this.#world.log.debug("relay: lists not refreshed", { gateway: this.#target.name });
    }
    for (const session of this.#sessions.values()) session.refreshed((method) => this.#keeper.items(method));
    this.#modern.refreshed((method) => this.#keeper.items(method));
  }

  #sweepLater(): void {
    if (this.#sweeper !== undefined) return;
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_MS);
    // In Node a timer keeps the process alive, which a clean-up has no right to.
    (this.#sweeper as { unref?: () => void }).unref?.();
  }

  #sweep(): void {
    const now = this.#world.now();
    for (const session of this.#sessions.values()) {
      if (session.idleSince !== undefined && now - session.idleSince > IDLE_SESSION_MS) void session.close();
    }
    this.#modern.sweep(now - IDLE_LINK_MS);
    if (this.#direct !== undefined && this.#direct.busy === 0 && now - this.#direct.lastUsedAt > IDLE_LINK_MS) {
      void this.#direct.end();
      this.#direct = undefined;
    }
  }
}

/** The extension's own calls have nobody behind them who could be asked. */
const nobody: EditorSide = {
  request: async () => {
    throw Object.assign(new Error("Method not found"), { code: -32601 });
  },
  notify() {},
};

function isInitialize(body: unknown): boolean {
  return typeof body === "object" && body !== null && (body as Json).method === "initialize";
}

function problem(status: number, message: string, code = -32000): Response {
  return Response.json({ jsonrpc: "2.0", error: { code, message }, id: null }, { status });
}
