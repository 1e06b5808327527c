import { splitName } from "../../lib/qualifiedName.ts";
import { type HttpReply, jsonReply, type ServedRequest } from "../../lib/servedHttp.ts";
import type { Json } from "../../mcp/passThrough.ts";
import { nobody } from "../../mcp/peer.ts";
import { StatelessFront } from "../../mcp/statelessFront.ts";
import { HEADER_MISMATCH } from "../../mcp/toolHeaders.ts";
import { createProcesses } from "../router/processes.ts";
import { createRouter, type Router, statelessMethods } from "../router/router.ts";
import type { RouterSettings, RouterWorld } from "../router/routerWorld.ts";
import type { CallerContext } from "./callerContext.ts";
import { frontOf } from "./frontOf.ts";
import { paramHeaderMismatch } from "./paramHeaders.ts";

export interface StatelessWorld extends RouterWorld {
  readonly settings: () => StatelessSettings;
}

export interface StatelessSettings extends RouterSettings {
  /** What the gateway tells a model about how to use it. */
  readonly instructions: string | undefined;
}

/**
 * How long idle connections stay open. A process may take seconds to start, and people think between two calls; after
 * this time the caller is probably gone.
 */
export const IDLE_MS = 2 * 60_000;

/** Serves callers that speak 2026-07-28. Requests of one principal and one client share connections. */
export function createStateless(world: StatelessWorld): StatelessFront<CallerContext, Router> {
  return new StatelessFront<CallerContext, Router>({
    ...frontOf(world),
    statePrefix: "gateway:suspended:",
    idleMs: IDLE_MS,
    serves: (method) => statelessMethods.has(method),
    // The client is part of the key because targets in this process are told which client calls.
    keyOf: ({ capabilities }, { principal, caller }) =>
      JSON.stringify([principal, caller?.client ?? null, capabilities]),
    route: ({ capabilities }, { caller }) =>
      createRouter({ capabilities, peer: nobody, hearsChanges: false, caller }, world),
    changes: (peer) =>
      // Its processes serve no calls, so they do not count as those of any caller.
      createRouter(
        { capabilities: {}, peer, hearsChanges: true, caller: undefined },
        { ...world, processes: createProcesses() },
      ),
    // Listing opens the connections on which the targets announce changes.
    onListen: (router) => void router.handle({ method: "tools/list", params: undefined, options: {} }).catch(() => {}),
  });
}

/**
 * Refuses a call whose headers contradict its arguments (2026-07-28, basic/transports, custom headers).
 *
 * @returns `undefined` for any other message
 */
export function refusedHeaders(
  request: ServedRequest,
  body: unknown,
  { catalogue }: RouterWorld,
): HttpReply | undefined {
  const { id, method, params } = { ...(body as Json | null) };
  if (method !== "tools/call") return undefined;
  const asked = params as Json | undefined;
  const named = splitName(asked?.name);
  // The schema is known once anybody has listed the tool.
  const tools = named ? catalogue.items(named.target, "tools/list") : [];
  const schema = tools.find((tool) => tool?.name === named?.name)?.inputSchema;
  const mismatch = paramHeaderMismatch(schema, asked, request.headers);
  if (mismatch === undefined) return undefined;
  const error = { code: HEADER_MISMATCH, message: mismatch };
  return jsonReply(400, { jsonrpc: "2.0", id: id ?? null, error });
}
