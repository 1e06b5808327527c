/** What is set for gateways, by their addresses: the value of `gatewayConnect.gateways`. */
export type SetForGateways = Readonly<Record<string, unknown>>;

/** The name under which a gateway stands there: addresses are compared without trailing slash. */
export const keyOf = (all: SetForGateways, url: string): string =>
  Object.keys(all).find((key) => key.replace(/\/$/, "") === url.replace(/\/$/, "")) ?? url;
