import type { Json } from "../../mcp/passThrough.ts";
import { nobody, type Peer } from "../../mcp/peer.ts";
import type { Router } from "../router/router.ts";

/** What a server may ask its caller for. */
const questions: readonly string[] = ["elicitation", "sampling", "roots"];

/** The capabilities of a caller who cannot be asked anything. */
export const withoutClientFeatures = (capabilities: Json): Json =>
  Object.fromEntries(Object.entries(capabilities).filter(([name]) => !questions.includes(name)));

/** A peer that hears what it is told, and answers no question. */
export const peerWithoutRequests = ({ notify, drain }: Peer): Peer => ({ ...nobody, notify, ...(drain && { drain }) });

/** A router whose targets cannot ask its caller anything while they work on a request. */
export const routerWithoutRequests = (router: Router): Router => ({
  ...router,
  handle: ({ options, ...request }) =>
    router.handle({ ...request, options: { ...options, peer: options.peer && peerWithoutRequests(options.peer) } }),
});
