import type { HttpFetch } from "../lib/httpPort.ts";
import type { MayAskPrivate } from "../oauth/discovery/namedPlace.ts";

/** The same `fetch` with what is set for a gateway added to what is sent to it. */
export type WithHeaders = (gateway: string, fetch: HttpFetch) => HttpFetch;

/**
 * By which `fetch` each request of this program leaves; `src/node/outgoingFetch.ts` makes them.
 */
export interface OutgoingFetch {
  /** To identity providers, and to gateways where nothing else is given: in the editor its own `fetch`. */
  readonly fetch: HttpFetch;
  /** To gateways, where it is another one. */
  readonly gatewayFetch?: HttpFetch;
  /** Adds the headers that are set for a gateway. */
  readonly withHeaders?: WithHeaders;
  /** Whether an issuer in a private network may be asked that a gateway outside of it names. Absent where nobody can say. */
  readonly mayAskPrivate?: MayAskPrivate;
}

/**
 * The `fetch` for whatever is sent to a gateway: calls, discovery, the questions of Explain Access. Nobody else chooses one,
 * so that all of them reach the same gateway by the same proxy, with the same headers.
 *
 * @param gateway its address, or those that it may have
 */
export function fetchToGateway(
  { fetch, gatewayFetch, withHeaders }: OutgoingFetch,
  gateway: string | URL | readonly URL[],
): HttpFetch {
  const bare = gatewayFetch ?? fetch;
  if (!withHeaders) return bare;
  if (!Array.isArray(gateway)) return withHeaders(String(gateway), bare);
  return (url, request) => {
    const asked = new URL(url).href;
    const one = gateway.find(({ href }) => href === asked);
    return (one ? withHeaders(one.href, bare) : bare)(url, request);
  };
}
