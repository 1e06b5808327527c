import { MAX_INITIALIZE_BYTES, MOST_SESSIONS, MOST_SESSIONS_OF_ONE } from "../lib/limits.ts";
import { type HttpReply, jsonReply, type ServedRequest } from "../lib/servedHttp.ts";
import type { CallerSession } from "./callerSession.ts";
import type { Json } from "./passThrough.ts";
import type { CallerLine } from "./peer.ts";
import { isInitialize } from "./readMessage.ts";
import type { Route } from "./route.ts";

export interface SessionsWorld<C, R extends Route> {
  /** Makes a session for a caller, without starting it. */
  readonly create: (id: string, context: C, onClosed: () => void) => CallerSession<C, R>;
  /**
   * Whose a session is, which nobody else may use; everybody's when absent. Of the request that opened one nothing else is kept:
   * it has the caller's token.
   */
  readonly ownerOf?: (context: C) => string;
  readonly isExpired: (session: CallerSession<C, R>) => boolean;
}

/** Keeps the sessions of callers that speak 2025-11-25 or earlier. */
export class CallerSessions<C, R extends Route = Route> {
  readonly #world: SessionsWorld<C, R>;
  readonly #sessions = new Map<string, { readonly session: CallerSession<C, R>; readonly owner: string }>();
  /** Those whose messages come on lines of their own, where nobody has to name them. */
  readonly #onLines = new Set<CallerSession<C, R>>();
  readonly #ending = new Set<Promise<void>>();

  constructor(world: SessionsWorld<C, R>) {
    this.#world = world;
  }

  get size(): number {
    return this.#sessions.size + this.#onLines.size;
  }

  all(): readonly CallerSession<C, R>[] {
    return [...[...this.#sessions.values()].map(({ session }) => session), ...this.#onLines];
  }

  /** Begins a session over a line, which ends with it. */
  async openOn(line: CallerLine, context: C): Promise<CallerSession<C, R>> {
    const session: CallerSession<C, R> = this.#world.create(crypto.randomUUID(), context, () => {
      this.#onLines.delete(session);
      this.#end(session);
    });
    this.#onLines.add(session);
    await session.start(line);
    return session;
  }

  /** @param body the JSON of a POST */
  async handle(request: ServedRequest, body: unknown, context: C): Promise<HttpReply> {
    const id = request.headers.get("mcp-session-id");
    if (id === null) {
      if (isInitialize(body)) return await this.#open(request, body, context);
      return refusal(400, "Missing required Mcp-Session-Id header", body);
    }
    const known = this.#sessions.get(id);
    const isOurs = known !== undefined && known.owner === this.#ownerOf(context);
    // Another caller's session gets the same answer as an unknown one, so that ids cannot be probed.
    if (!isOurs || this.#world.isExpired(known.session)) return refusal(404, "Session not found or expired", body);
    return await known.session.handle(request, body, context);
  }

  /** Closes expired sessions. */
  sweep(): void {
    for (const session of this.all()) if (this.#world.isExpired(session)) void session.close();
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.all().map((session) => session.close()), ...this.#ending]);
  }

  #ownerOf(context: C): string {
    return this.#world.ownerOf?.(context) ?? "";
  }

  /** Whoever closes all of them waits also for those that ended by themselves a moment ago. */
  #end({ ended }: CallerSession<C, R>): void {
    const ending = ended.catch(() => {}).then(() => void this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  /**
   * Ends the session that was idle longest where one more would be too many: its caller opens another when it comes back.
   *
   * @returns whether there is room
   */
  #makeRoom(context: C): boolean {
    const all = [...this.#sessions.values()];
    const asking = this.#ownerOf(context);
    const own = all.filter(({ owner }) => owner === asking);
    if (own.length < MOST_SESSIONS_OF_ONE && all.length < MOST_SESSIONS) return true;
    const idle = (own.length < MOST_SESSIONS_OF_ONE ? all : own)
      .map(({ session }) => session)
      .filter(({ idleSince }) => idleSince !== undefined)
      .sort((a, b) => (a.idleSince ?? 0) - (b.idleSince ?? 0));
    void idle[0]?.close();
    return idle.length > 0;
  }

  async #open(request: ServedRequest, body: unknown, context: C): Promise<HttpReply> {
    if (request.body.length > MAX_INITIALIZE_BYTES) return refusal(413, "The request is too large", body);
    if (!this.#makeRoom(context)) return refusal(429, "Too many sessions are open", body);
    const id = crypto.randomUUID();
    const session: CallerSession<C, R> = this.#world.create(id, context, () => {
      this.#sessions.delete(id);
      this.#end(session);
    });
    await session.start();
    this.#sessions.set(id, { session, owner: this.#ownerOf(context) });
    const reply = await session.handle(request, body, context);
    // A refused `initialize` must not leave a session behind.
    if (reply.status >= 400) await session.close();
    return reply;
  }
}

function refusal(status: 400 | 404 | 413 | 429, message: string, body: unknown): HttpReply {
  const id = (body as Json | null | undefined)?.id ?? null;
  const error = { code: status === 404 ? -32001 : -32000, message };
  return jsonReply(status, { jsonrpc: "2.0", id, error });
}
