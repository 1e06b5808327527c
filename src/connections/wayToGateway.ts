import type { HttpFetch } from "../lib/httpPort.ts";

/** The ways by which requests leave. */
export interface WaysOut {
  /** To identity providers, and to gateways where nothing else is given: in the editor its own `fetch`. */
  readonly fetch: HttpFetch;
  /** To gateways, where it is another one. */
  readonly gatewayFetch?: HttpFetch;
}

/**
 * The way to a gateway, for whatever is sent there: calls, discovery, the questions of Explain Access. Nobody else
 * chooses one, so that they do not see different gateways.
 */
export const wayToGateway = ({ fetch, gatewayFetch }: WaysOut): HttpFetch => gatewayFetch ?? fetch;
