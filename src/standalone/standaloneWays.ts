import { gatewayHeaders } from "../connections/headers/gatewayHeaders.ts";
import type { SettingsValues } from "../connections/settings/readGatewaySettings.ts";
import type { WaysOut } from "../connections/wayToGateway.ts";
import { headerPlaces } from "../node/secrets/headerPlaces.ts";
import { wayOut } from "../system/wayOut.ts";
import { headerPlace } from "./headerOptions.ts";
import type { Inputs } from "./inputs.ts";

/** The ways by which this program's requests leave. The headers of `--header` go to the gateway alone. */
export const standaloneWays = (
  settings: SettingsValues,
  { childEnvironment }: Pick<Inputs, "childEnvironment">,
): WaysOut => ({
  fetch: wayOut,
  withHeaders: gatewayHeaders({
    settings: () => settings,
    places: headerPlaces(process.env, childEnvironment),
    place: (_, name) => headerPlace(name),
    // A token that somebody else keeps may stand in the environment.
    mayAuthorize: true,
    now: Date.now,
  }),
});
