import { isJsonObject } from "../../lib/json/jsonObject.ts";

/** What is set for gateways, by their addresses: the value of `gatewayConnect.gateways`. */
export type SetForGateways = Readonly<Record<string, unknown>>;

/** The name under which a gateway stands there: addresses are compared without trailing slash. */
export const keyOf = (all: SetForGateways, url: string): string =>
  Object.keys(all).find((key) => key.replace(/\/$/, "") === url.replace(/\/$/, "")) ?? url;

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
