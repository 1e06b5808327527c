import { partLoaded } from "../../failures/partLoaded.ts";
import type { HttpFetch } from "../../lib/httpPort.ts";
import { once } from "../../lib/once.ts";
import { signInBundle } from "../../oauth/tokens/lazyRequests.ts";
import type { WithHeaders } from "../fetchToGateway.ts";
import type { SettingsValues } from "../settings/readGatewaySettings.ts";
import { headersFor } from "./headersSetting.ts";
import type { HeaderSending } from "./sendWithHeaders.ts";

export interface GatewayHeadersWorld extends Omit<HeaderSending, "set"> {
  /** The settings as they are now. */
  readonly settings: () => Pick<SettingsValues, "gateways">;
}

/** Most gateways have no headers of their own, and load nothing for them. @throws GatewayFailure `part_not_loaded` */
const loadSending = () => partLoaded(import("./sendWithHeaders.ts"), signInBundle);

/**
 * Adds to the requests to a gateway the headers that are set for it.
 *
 * @returns a `fetch` that throws GatewayFailure `headers_invalid` and `header_unreadable`, before anything is sent
 */
export function gatewayHeaders({ settings, ...world }: GatewayHeadersWorld): WithHeaders {
  const headers = once(async () => new (await loadSending()).HeaderSender(world));
  return (gateway, fetch): HttpFetch =>
    async (url, request) => {
      const set = headersFor(settings().gateways, gateway);
      return set === undefined
        ? await fetch(url, request)
        : await (await headers()).send(fetch, { url, request, gateway, set });
    };
}
