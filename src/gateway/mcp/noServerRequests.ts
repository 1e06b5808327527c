import { nobody, type Peer } from "../../mcp/peer.ts";
import type { Router } from "../router/router.ts";

/*
 * For a gateway that lets no target ask its caller anything: MCP's requests from a server to a client are kept back, and the
 * capabilities for them are not announced to targets, so that none tries.
 */

/** A peer that gets notifications and answers no request. */
export const peerWithoutRequests = ({ notify, drain }: Peer): Peer => ({ ...nobody, notify, ...(drain && { drain }) });

/** A router whose targets cannot send its caller a request while they work on one of the caller's. */
export const routerWithoutRequests = (router: Router): Router => ({
  ...router,
  handle: ({ options, ...request }) =>
    router.handle({ ...request, options: { ...options, peer: options.peer && peerWithoutRequests(options.peer) } }),
});
