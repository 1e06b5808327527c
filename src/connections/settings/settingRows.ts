import type { ResolvedConnection } from "../resolvedConnection.ts";
import { gatewaySettings } from "./gatewaySettings.ts";
import type { SettingsValues } from "./readGatewaySettings.ts";
import { setFor } from "./setForGateways.ts";

export type GatewaySettingName = keyof typeof gatewaySettings;

/** A setting of a gateway, as a person sees it who may change it. */
export interface GatewaySettingRow {
  readonly name: GatewaySettingName;
  /** What is set for this gateway, by the person or their organisation; undefined where nothing is. */
  readonly set: unknown;
  /** What holds where nothing is set: for all gateways, or as it was found when it was connected. */
  readonly used: unknown;
  /** The administrator of this machine has set it, and nobody else changes it. */
  readonly isManaged: boolean;
}

/** All that can be set for a gateway: what is set first, each part in the order of the table. */
export function settingRows(
  { gateways, shared, policy }: SettingsValues,
  url: string,
  resolved?: ResolvedConnection,
): readonly GatewaySettingRow[] {
  const own = setFor(gateways, url);
  const fixed: Readonly<Record<string, unknown>> = policy?.of(url).settings ?? {};
  const found: Readonly<Record<string, unknown>> = resolved ? foundSettings(resolved) : {};
  const rows = (Object.keys(gatewaySettings) as GatewaySettingName[]).map((name) => ({
    ...{ name, set: fixed[name] ?? own[name], used: shared[name] ?? found[name] },
    isManaged: fixed[name] !== undefined,
  }));
  return rows.toSorted((one, other) => Number(one.set === undefined) - Number(other.set === undefined));
}

/** What was found out, in the words of the settings. */
function foundSettings(resolved: ResolvedConnection): Partial<Record<GatewaySettingName, unknown>> {
  const { clientId, server, scopes, resource, audience, flow, identityProvider, bearerToken } = resolved;
  return {
    ...{ clientId, issuer: server.issuer, resource, audience, signIn: flow, token: bearerToken },
    ...(scopes.length > 0 && { scopes }),
    ...(identityProvider.id !== "generic" && { identityProvider: identityProvider.id }),
  };
}
