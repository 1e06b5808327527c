import { isInitializeRequest } from "@modelcontextprotocol/server";
import type { Json } from "../../mcp/passThrough.ts";
import type { RouterSettings, RouterWorld } from "../router/router.ts";
import type { CallerContext } from "./callerContext.ts";
import { openSession, type Session } from "./session.ts";

/** AgentCore's default for `sessionTimeoutInSeconds`. */
const SESSION_TIMEOUT_SECONDS = 3600;

/** The versions that have sessions. */
export const legacyOf = <T extends string>(versions: readonly T[]): readonly T[] =>
  versions.filter((version) => version !== "2026-07-28");

export interface SessionsWorld extends RouterWorld {
  readonly settings: () => SessionSettings;
}

export interface SessionSettings extends RouterSettings {
  readonly supportedVersions: readonly string[];
  /** What the gateway tells a model about how to use it. */
  readonly instructions: string | undefined;
  /** How long a session lasts, counted from its start; an hour when absent. */
  readonly sessionTimeoutSeconds: number | undefined;
}

/** The callers that speak 2025-11-25 or earlier. */
export interface Sessions {
  /** @param from a session belongs to the principal that opened it */
  handle(request: Request, body: unknown, from: CallerContext): Promise<Response>;
  count(): number;
  /** Takes up the settings as they are now, in the sessions that are open. */
  settingsChanged(): void;
  /** Ends what is too old. */
  sweep(): void;
  /** Forgets all sessions, as a restart does. */
  closeAll(): Promise<void>;
}

export function createSessions(world: SessionsWorld): Sessions {
  const sessions = new Map<string, { readonly session: Session; readonly principal: string }>();
  const expired = ({ startedAt }: Session) => {
    const { sessionTimeoutSeconds = SESSION_TIMEOUT_SECONDS } = world.settings();
    return world.now() - startedAt >= sessionTimeoutSeconds * 1000;
  };

  async function start(
    request: Request,
    body: unknown,
    { principal, caller, report }: CallerContext,
  ): Promise<Response> {
    const id = crypto.randomUUID();
    const { supportedVersions, instructions } = world.settings();
    const session = await openSession(id, {
      ...world,
      legacyVersions: legacyOf(supportedVersions),
      instructions,
      caller,
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
    settingsChanged() {
      for (const { session } of sessions.values()) session.settingsChanged();
    },
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
