import { isLegacyRequest } from "@modelcontextprotocol/server";
import type { RouterWorld } from "../router/router.ts";
import type { TargetCaller } from "../router/target.ts";
import { createSessions } from "./sessions.ts";
import { createStateless } from "./stateless.ts";

/** The versions a gateway may serve, the newest first. */
export const protocolVersions = ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26"] as const;

export type ProtocolVersion = (typeof protocolVersions)[number];

export interface McpFrontWorld extends RouterWorld {
  readonly supportedVersions: readonly ProtocolVersion[];
  /** What the gateway tells a model about how to use it. */
  readonly instructions: string | undefined;
  /** How long a session lasts, counted from its start. */
  readonly sessionTimeoutSeconds: number;
}

/** The gateway's MCP endpoint, behind the door: whoever comes here was let in. */
export interface McpFront {
  /**
   * @param principal whom the request comes from; what is kept between requests is kept for one principal
   * @param caller the same in parts, for the targets in this process
   */
  handle(request: Request, body: unknown, principal: string, caller?: TargetCaller): Promise<Response>;
  /** Forgets all sessions, as a restart does. */
  forgetSessions(): Promise<void>;
  stop(): Promise<void>;
}

const SWEEP_MS = 30_000;

export function createMcpFront(world: McpFrontWorld): McpFront {
  const legacyVersions = world.supportedVersions.filter((version) => version !== "2026-07-28");
  const sessions = createSessions({ ...world, legacyVersions });
  const stateless = createStateless(world);
  const servesStateless = world.supportedVersions.includes("2026-07-28");
  const timer = setInterval(() => {
    sessions.sweep();
    stateless.sweep();
  }, SWEEP_MS);
  timer.unref();
  return {
    async handle(request, body, principal, caller) {
      const legacy = request.method !== "POST" || (await isLegacyRequest(request, body));
      if (legacyVersions.length === 0 || (!legacy && servesStateless)) {
        return await stateless.handle(request, body, principal, caller);
      }
      return await sessions.handle(request, body, principal, caller);
    },
    forgetSessions: () => sessions.closeAll(),
    async stop() {
      clearInterval(timer);
      await Promise.all([sessions.closeAll(), stateless.close()]);
    },
  };
}
