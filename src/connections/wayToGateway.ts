import type { HttpFetch } from "../lib/httpPort.ts";
import type { MayAskPrivate } from "../oauth/discovery/namedPlace.ts";

/** The same `fetch` with what is set for a gateway added to what is sent to it. */
export type WithHeaders = (gateway: string, fetch: HttpFetch) => HttpFetch;

/** The ways by which requests leave. */
export interface WaysOut {
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
 * The way to a gateway, for whatever is sent there: calls, discovery, the questions of Explain Access. Nobody else
 * chooses one, so that they do not see different gateways.
 *
 * @param gateway its address, or those that it may have
 */
export function wayToGateway(
  { fetch, gatewayFetch, withHeaders }: WaysOut,
  gateway: string | URL | readonly URL[],
): HttpFetch {
  const way = gatewayFetch ?? fetch;
  if (!withHeaders) return way;
  if (!Array.isArray(gateway)) return withHeaders(String(gateway), way);
  return (url, request) => {
    const asked = new URL(url).href;
    const one = gateway.find(({ href }) => href === asked);
    return (one ? withHeaders(one.href, way) : way)(url, request);
  };
}
