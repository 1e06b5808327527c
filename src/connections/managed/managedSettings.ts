import { isJsonObject } from "../../lib/json/jsonObject.ts";
import type { Policy } from "../../policy/policy.ts";
import { withGatewaySettings } from "../settings/setForGateways.ts";

/** What is set for gateways, and what an administrator says of them. */
export interface ManagedValues {
  /** The value of `gatewayConnect.gateways`. */
  readonly gateways: unknown;
  /** What the administrator of this machine allows and sets; absent where nobody has looked. */
  readonly policy?: Policy;
}

/** What is set for gateways with what an administrator has set for one of them, which goes before. */
export function managedGateways({ gateways, policy }: ManagedValues, url: string): unknown {
  const fixed = policy?.of(url).settings ?? {};
  if (Object.keys(fixed).length === 0) return gateways;
  return withGatewaySettings(isJsonObject(gateways) ? gateways : {}, url, fixed);
}
