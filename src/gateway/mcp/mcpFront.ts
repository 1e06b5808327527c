import type { HttpReply, ServedRequest } from "../../lib/servedHttp.ts";
import { isLegacy } from "../../mcp/era.ts";
import { createProcesses } from "../router/processes.ts";
import type { RouterSettings, RouterWorld } from "../router/routerWorld.ts";
import type { CallerContext } from "./callerContext.ts";
import { answerSessionless, isSessionless } from "./sessionless.ts";
import { createSessions, legacyOf } from "./sessions.ts";
import { createStateless, refusedHeaders } from "./stateless.ts";

/** The versions a gateway may serve, the newest first. */
export const protocolVersions = ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26"] as const;

export type ProtocolVersion = (typeof protocolVersions)[number];

export interface McpFrontWorld extends Omit<RouterWorld, "processes"> {
  readonly settings: () => McpSettings;
}

export interface McpSettings extends RouterSettings {
  readonly supportedVersions: readonly ProtocolVersion[];
  /** What the gateway tells a model about how to use it. */
  readonly instructions: string | undefined;
  /** Whether targets may ask callers of versions before 2026-07-28 something (elicitation, sampling, roots). */
  readonly asksCallers: boolean;
  /**
   * How long a session lasts, counted from its start. When absent it is an hour, and a request without a session is
   * answered too.
   */
  readonly sessionTimeoutSeconds: number | undefined;
}

/** The gateway's MCP endpoint. Its callers have already been authorized. */
export interface McpFront {
  handle(request: ServedRequest, body: unknown, from: CallerContext): Promise<HttpReply>;
  /** Takes up the settings as they are now, without ending what is open. */
  settingsChanged(): void;
  /** How many sessions are open. */
  sessions(): number;
  /** Forgets all sessions, as a restart does. */
  forgetSessions(): Promise<void>;
  stop(): Promise<void>;
}

const SWEEP_MS = 30_000;

export function createMcpFront(outside: McpFrontWorld): McpFront {
  // Shared, because one person may have sessions and sessionless calls at the same time.
  const world = { ...outside, processes: createProcesses() };
  const sessions = createSessions(world);
  const stateless = createStateless(world);
  const timer = setInterval(() => {
    sessions.sweep();
    stateless.sweep();
  }, SWEEP_MS);
  timer.unref();
  return {
    async handle(request, body, from) {
      const { supportedVersions, sessionTimeoutSeconds } = world.settings();
      const legacyVersions = legacyOf(supportedVersions);
      const legacy = isLegacy(request, body);
      if (legacyVersions.length === 0 || (!legacy && supportedVersions.includes("2026-07-28"))) {
        return refusedHeaders(request, body, world) ?? (await stateless.handle(request, body, from));
      }
      if (sessionTimeoutSeconds === undefined && isSessionless(request, body)) {
        return await answerSessionless(request, body, from, { legacyVersions, front: stateless });
      }
      return await sessions.handle(request, body, from);
    },
    settingsChanged() {
      for (const { openRoute } of sessions.all()) openRoute?.settingsChanged();
      for (const router of stateless.routes()) router.settingsChanged();
    },
    sessions: () => sessions.size,
    forgetSessions: () => sessions.closeAll(),
    async stop() {
      clearInterval(timer);
      await Promise.all([sessions.closeAll(), stateless.close()]);
    },
  };
}
