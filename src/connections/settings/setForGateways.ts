import { isJsonObject } from "../../lib/json/jsonObject.ts";
import { isSameAddress } from "../../lib/sameAddress.ts";

/** What is set for gateways, by their addresses: the value of `gatewayConnect.gateways`. */
export type SetForGateways = Readonly<Record<string, unknown>>;

/** The name under which a gateway stands there: addresses are compared without trailing slash. */
export const keyOf = (all: SetForGateways, url: string): string =>
  Object.keys(all).find((key) => isSameAddress(key, url)) ?? url;

/** What is set for one gateway, whatever it is; nothing where what stands there cannot be read. */
export function setFor(gateways: unknown, url: string): SetForGateways {
  const all = isJsonObject(gateways) ? gateways : {};
  const own = all[keyOf(all, url)];
  return isJsonObject(own) ? own : {};
}

/** What is set for gateways with more of it for one of them. Everything else stays. */
export function withGatewaySettings(gateways: unknown, url: string, more: object): SetForGateways {
  const all = (gateways ?? {}) as Readonly<Record<string, object>>;
  const key = keyOf(all, url);
  return { ...all, [key]: { ...all[key], ...more } };
}

/** The same where nothing is set for that gateway; undefined where something is, and where there is nothing to set. */
export function withUnset(gateways: unknown, url: string, more: object): SetForGateways | undefined {
  const all = (gateways ?? {}) as SetForGateways;
  const isSet = all[keyOf(all, url)] !== undefined;
  return isSet || Object.keys(more).length === 0 ? undefined : withGatewaySettings(gateways, url, more);
}

/** What is set for gateways without one setting of one of them, and without the gateway where nothing else is set for it. */
export function withoutGatewaySetting(gateways: unknown, url: string, name: string): SetForGateways {
  const all: SetForGateways = isJsonObject(gateways) ? gateways : {};
  const key = keyOf(all, url);
  const { [name]: _, ...others } = setFor(all, url);
  if (Object.keys(others).length > 0) return { ...all, [key]: others };
  const { [key]: __, ...rest } = all;
  return rest;
}
