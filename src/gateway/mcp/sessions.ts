import { CallerSession } from "../../mcp/callerSession.ts";
import { CallerSessions } from "../../mcp/callerSessions.ts";
import { createRouter, type Router } from "../router/router.ts";
import type { RouterSettings, RouterWorld } from "../router/routerWorld.ts";
import type { CallerContext } from "./callerContext.ts";
import { frontOf } from "./frontOf.ts";
import { peerWithoutRequests, routerWithoutRequests, withoutClientFeatures } from "./noServerRequests.ts";

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
  /** Whether targets may ask these callers something (elicitation, sampling, roots). */
  readonly asksCallers: boolean;
  /** How long a session lasts, counted from its start; an hour when absent. */
  readonly sessionTimeoutSeconds: number | undefined;
}

/** The sessions of callers that speak 2025-11-25 or earlier: each belongs to the principal that opened it. */
export function createSessions(world: SessionsWorld): CallerSessions<CallerContext, Router> {
  return new CallerSessions({
    create: (id, { caller }, onClosed) =>
      new CallerSession(id, {
        ...frontOf(world),
        supportedVersions: legacyOf(world.settings().supportedVersions),
        route({ capabilities }, peer) {
          const common = { hearsChanges: true, caller };
          if (world.settings().asksCallers) return createRouter({ capabilities, peer, ...common }, world);
          const unasked = {
            capabilities: withoutClientFeatures(capabilities),
            peer: peerWithoutRequests(peer),
            ...common,
          };
          return routerWithoutRequests(createRouter(unasked, world));
        },
        onClosed,
      }),
    ownerOf: ({ principal }) => principal,
    isExpired({ startedAt }) {
      const { sessionTimeoutSeconds = SESSION_TIMEOUT_SECONDS } = world.settings();
      return world.now() - startedAt >= sessionTimeoutSeconds * 1000;
    },
  });
}
