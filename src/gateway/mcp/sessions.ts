import { isInitializeRequest } from "@modelcontextprotocol/server";
import type { Json } from "../../core/mcp/passThrough.ts";
import { targetsFor } from "../router/target.ts";
import type { From } from "./mcpFront.ts";
import { openSession, type Session, type SessionWorld } from "./session.ts";

/** AgentCore's default for `sessionTimeoutInSeconds`. */
export const SESSION_TIMEOUT_SECONDS = 3600;

export interface SessionsWorld extends Omit<SessionWorld, "onClosed"> {
  /** How long a session lasts, counted from its start. */
  readonly sessionTimeoutSeconds: number;
}

/** The callers that speak 2025-11-25 or earlier. */
export interface Sessions {
  /** @param from a session belongs to the principal that opened it */
  handle(request: Request, body: unknown, from: From): Promise<Response>;
  count(): number;
  /** Ends what is too old. */
  sweep(): void;
  /** Forgets all sessions, as a restart does. */
  closeAll(): Promise<void>;
}

export function createSessions(world: SessionsWorld): Sessions {
  const sessions = new Map<string, { readonly session: Session; readonly principal: string }>();
  const expired = (session: Session) => world.now() - session.startedAt >= world.sessionTimeoutSeconds * 1000;

  async function start(request: Request, body: unknown, { principal, caller, report }: From): Promise<Response> {
    const id = crypto.randomUUID();
    const session = await openSession(id, {
      ...world,
      targets: targetsFor(world.targets, caller),
      onClosed: (closed) => sessions.delete(closed),
    });
    sessions.set(id, { session, principal });
    const response = await session.handle(request, body, report);
    if (!response.ok) await session.close();
    return response;
  }

  return {
    async handle(request, body, from) {
      const id = request.headers.get("mcp-session-id");
      if (id === null) {
        if (isInitializeRequest(body)) return await start(request, body, from);
        return refusal(400, "Missing required Mcp-Session-Id header", body);
      }
      const known = sessions.get(id);
      // Another user's session looks like none, so that ids cannot be tried out.
      if (known === undefined || known.principal !== from.principal || expired(known.session)) {
        return refusal(404, "Session not found or expired", body);
      }
      return await known.session.handle(request, body, from.report);
    },
    count: () => sessions.size,
    sweep() {
      for (const { session } of sessions.values()) if (expired(session)) void session.close();
    },
    async closeAll() {
      await Promise.all([...sessions.values()].map(({ session }) => session.close()));
    },
  };
}

function refusal(status: 400 | 404, message: string, body: unknown): Response {
  const code = status === 404 ? -32001 : -32000;
  return Response.json(
    { jsonrpc: "2.0", id: (body as Json | undefined)?.id ?? null, error: { code, message } },
    { status },
  );
}
