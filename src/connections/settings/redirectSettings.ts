import { gatewaySettings } from "./gatewaySettingsSchema.ts";
import type { SettingValues } from "./setting.ts";

/** The redirect URI as the settings have it. Identity providers compare it exactly, so it is configurable to the letter. */
export interface RedirectSettings {
  readonly ports: readonly number[];
  readonly path: string;
  readonly host: string;
}

type Values = SettingValues<typeof gatewaySettings>;

/** The redirect URIs where nothing is set. */
export const defaultRedirect: RedirectSettings = redirectOf({});

/** The redirect URI that values of the settings make, each of them optional. */
export function redirectOf(values: Pick<Values, "redirectPorts" | "redirectPath" | "redirectHost">): RedirectSettings {
  const {
    redirectPorts: ports = gatewaySettings.redirectPorts.default ?? [],
    redirectPath: path = gatewaySettings.redirectPath.default ?? "",
    redirectHost: host = gatewaySettings.redirectHost.default ?? "",
  } = values;
  return { ports, path, host };
}
