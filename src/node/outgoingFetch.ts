import type { OutgoingFetch } from "../connections/fetchToGateway.ts";
import { type GatewayHeadersWorld, gatewayHeaders } from "../connections/headers/gatewayHeaders.ts";
import type { HttpFetch } from "../lib/httpPort.ts";

export interface OutgoingWorld extends Omit<GatewayHeadersWorld, "place">, Partial<Pick<GatewayHeadersWorld, "place">> {
  /** The program's own, which knows the proxies and certificates of where it runs. */
  readonly fetch: HttpFetch;
  /** The same for what is sent to gateways, where somebody looks at that. Called once. */
  readonly watched?: (fetch: HttpFetch) => HttpFetch;
}

/** Where a header stands in the settings of the editor. */
const inSettings = (gateway: string, name: string): string =>
  ["gatewayConnect.gateways", gateway, "headers", name].filter(Boolean).join(" \u203a ");

/**
 * By which `fetch` the requests of a program leave: made here for the editor's extension and for the program without an editor, of
 * what is set for each gateway. A proxy for some gateways is a client of `src/system/httpClient.ts` that takes the place of `fetch`
 * below what is watched, for their addresses.
 */
export function outgoingFetch({ fetch, watched, place = inSettings, ...headers }: OutgoingWorld): OutgoingFetch {
  return {
    fetch,
    ...(watched && { gatewayFetch: watched(fetch) }),
    withHeaders: gatewayHeaders({ ...headers, place }),
  };
}
