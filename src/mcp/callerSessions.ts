import type { Transport } from "@modelcontextprotocol/server";
import { type HttpReply, jsonReply, type ServedRequest } from "../lib/servedHttp.ts";
import type { CallerSession } from "./callerSession.ts";
import type { Json } from "./passThrough.ts";
import { isInitialize } from "./readMessage.ts";
import type { Route } from "./route.ts";

export interface SessionsWorld<C, R extends Route> {
  /** Makes a session for a caller, without starting it. */
  readonly create: (id: string, context: C, onClosed: () => void) => CallerSession<C, R>;
  /** Whether a session that one caller opened may be used by another. */
  readonly mayUse?: (opener: C, caller: C) => boolean;
  readonly isExpired: (session: CallerSession<C, R>) => boolean;
}

/** Keeps the sessions of callers that speak 2025-11-25 or earlier. */
export class CallerSessions<C, R extends Route = Route> {
  readonly #world: SessionsWorld<C, R>;
  readonly #sessions = new Map<string, { readonly session: CallerSession<C, R>; readonly opener: C }>();
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
  async openOn(line: Transport, context: C): Promise<CallerSession<C, R>> {
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
    const isOurs = known !== undefined && (this.#world.mayUse?.(known.opener, context) ?? true);
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

  /** Whoever closes all of them waits also for those that ended by themselves a moment ago. */
  #end({ ended }: CallerSession<C, R>): void {
    const ending = ended.catch(() => {}).then(() => void this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  async #open(request: ServedRequest, body: unknown, context: C): Promise<HttpReply> {
    const id = crypto.randomUUID();
    const session: CallerSession<C, R> = this.#world.create(id, context, () => {
      this.#sessions.delete(id);
      this.#end(session);
    });
    await session.start();
    this.#sessions.set(id, { session, opener: context });
    const reply = await session.handle(request, body, context);
    // A refused `initialize` must not leave a session behind.
    if (reply.status >= 400) await session.close();
    return reply;
  }
}

function refusal(status: 400 | 404, message: string, body: unknown): HttpReply {
  const id = (body as Json | null | undefined)?.id ?? null;
  const error = { code: status === 404 ? -32001 : -32000, message };
  return jsonReply(status, { jsonrpc: "2.0", id, error });
}
