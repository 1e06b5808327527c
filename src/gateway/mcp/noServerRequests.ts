import type { Json } from "../../mcp/passThrough.ts";
import { nobody, type Peer } from "../../mcp/peer.ts";
import type { Router } from "../router/router.ts";

/*
 * For a gateway that lets no target ask its caller anything: MCP's requests from a server to a client are kept back, and the
 * capabilities for them are not announced to targets, so that none tries.
 */

/** The capabilities by which a client says what a server may request of it (2025-11-25, client features). */
const clientFeatures: readonly string[] = ["elicitation", "sampling", "roots"];

/** A caller's capabilities without those for requests of a server. */
export const withoutClientFeatures = (capabilities: Json): Json =>
  Object.fromEntries(Object.entries(capabilities).filter(([name]) => !clientFeatures.includes(name)));

/** A peer that gets notifications and answers no request. */
export const peerWithoutRequests = ({ notify, drain }: Peer): Peer => ({ ...nobody, notify, ...(drain && { drain }) });

/** A router whose targets cannot send its caller a request while they work on one of the caller's. */
export const routerWithoutRequests = (router: Router): Router => ({
  ...router,
  handle: ({ options, ...request }) =>
    router.handle({ ...request, options: { ...options, peer: options.peer && peerWithoutRequests(options.peer) } }),
});
