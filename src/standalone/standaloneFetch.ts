import type { OutgoingFetch } from "../connections/fetchToGateway.ts";
import { gatewayHeaders } from "../connections/headers/gatewayHeaders.ts";
import type { SettingsValues } from "../connections/settings/readGatewaySettings.ts";
import { headerPlaces } from "../node/secrets/headerPlaces.ts";
import { environmentFetch } from "../system/environmentFetch.ts";
import type { Inputs } from "./inputs.ts";
import { headerPlace } from "./options/headerOptions.ts";

/**
 * By which `fetch` this program's requests leave. The headers of `--header` go to the gateway alone.
 *
 * @param isHanded whether they are an editor's, see `withHanded`
 */
export const standaloneFetch = (
  settings: () => SettingsValues,
  { childEnvironment }: Pick<Inputs, "childEnvironment">,
  isHanded = false,
): OutgoingFetch => ({
  fetch: environmentFetch,
  withHeaders: gatewayHeaders({
    settings,
    places: headerPlaces(process.env, childEnvironment),
    place: (gateway, name) => (isHanded ? headerOfEditor(gateway, name) : headerPlace(name)),
    // A token that somebody else keeps may stand in the environment.
    mayAuthorize: !isHanded,
    now: Date.now,
  }),
});

const headerOfEditor = (gateway: string, name: string): string =>
  ["gatewayConnect.gateways", gateway, "headers", name].filter(Boolean).join(" \u203a ");
