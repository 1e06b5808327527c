import { gatewaySettings } from "./gatewaySettings.ts";
import type { SettingValues } from "./setting.ts";

/**
 * What the settings say of the redirect URI (RFC 8252, 7.3): which ports of this machine may be listened on, and how the URI is
 * spelled. Identity providers compare it exactly, so that each part of it can be set.
 */
export interface RedirectUriSettings {
  readonly ports: readonly number[];
  readonly path: string;
  readonly host: string;
}

type Values = SettingValues<typeof gatewaySettings>;

/** The settings of the redirect URI where nothing is set. */
export const defaultRedirect: RedirectUriSettings = redirectOf({});

/** The same by the values of the settings, each of them optional. */
export function redirectOf(
  values: Pick<Values, "redirectPorts" | "redirectPath" | "redirectHost">,
): RedirectUriSettings {
  const {
    redirectPorts: ports = gatewaySettings.redirectPorts.default ?? [],
    redirectPath: path = gatewaySettings.redirectPath.default ?? "",
    redirectHost: host = gatewaySettings.redirectHost.default ?? "",
  } = values;
  return { ports, path, host };
}
