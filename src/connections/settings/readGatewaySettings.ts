import { GatewayFailure } from "../../failures/failure.ts";
import { type ManagedValues, managedGateways } from "../managed/managedSettings.ts";
import { gatewaySettings } from "./gatewaySettings.ts";
import { type RedirectUriSettings, redirectOf } from "./redirectUriSettings.ts";
import { keyOf, type SetForGateways, setFor } from "./setForGateways.ts";
import { isShared, readSettings, type SettingValues } from "./setting.ts";

type Values = SettingValues<typeof gatewaySettings>;

/**
 * What a person or their platform team has set for one gateway. Whatever is absent is found by discovery or asked for.
 */
export interface GatewaySettings extends Omit<Values, "redirectPorts" | "redirectPath" | "redirectHost"> {
  readonly redirect: RedirectUriSettings;
}

/** The names of the settings that hold for all gateways, unless one of them says otherwise. */
export const sharedSettings: readonly string[] = Object.entries(gatewaySettings)
  .filter(([, setting]) => isShared(setting))
  .map(([name]) => name);

/** The settings as the editor keeps them. */
export interface SettingsValues extends ManagedValues {
  /** The values of `sharedSettings`, by their names. */
  readonly shared: Readonly<Record<string, unknown>>;
  /** The value of `gatewayConnect.enterpriseIdentityProvider`. */
  readonly enterprise?: unknown;
}

/**
 * Reads the settings of one gateway.
 *
 * @param url the gateway's address, compared without trailing slash
 * @throws GatewayFailure `setting_invalid`, naming the one that cannot be used
 */
export function readGatewaySettings(
  gateways: SettingsValues["gateways"],
  shared: SettingsValues["shared"],
  url: string,
): GatewaySettings {
  const values = readSettings(gatewaySettings, entryFor(gateways, url), shared);
  const { redirectPorts, redirectPath, redirectHost, ...own } = values;
  return { ...own, redirect: redirectOf(values) };
}

/**
 * One setting of a gateway, whatever else is set for it; undefined where it cannot be used. That is told where the settings
 * are used to sign in, and keeps nobody from anything else.
 */
export function usableSetting<N extends keyof Values>(
  name: N,
  values: SettingsValues,
  url: string,
): Values[N] | undefined {
  const { [name]: setting } = gatewaySettings;
  try {
    const own = setFor(managedGateways(values, url), url);
    return (readSettings({ [name]: setting }, own, values.shared) as Values)[name];
  } catch {
    return undefined;
  }
}

function entryFor(gateways: unknown, url: string): Readonly<Record<string, unknown>> {
  if (typeof gateways !== "object" || gateways === null) return {};
  const all = gateways as SetForGateways;
  const found = all[keyOf(all, url)];
  if (found === undefined) return {};
  if (typeof found !== "object" || found === null) {
    throw new GatewayFailure("setting_invalid", { setting: "gatewayConnect.gateways", found: JSON.stringify(found) });
  }
  return found as Readonly<Record<string, unknown>>;
}
