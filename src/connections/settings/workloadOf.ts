import { signedFor } from "../../agentcore/addresses.ts";
import { GatewayFailure } from "../../failures/failure.ts";
import type { WorkloadIdentity } from "../../oauth/workload/workloadIdentity.ts";
import type { GatewaySettings } from "./readGatewaySettings.ts";

/**
 * With what a workload signs in to a gateway. AWS is asked as whom and where its own settings say, or where the gateway is.
 *
 * @throws GatewayFailure `setting_invalid` where nothing says whence its token comes
 */
export function workloadOf({ url }: { readonly url: string }, settings: GatewaySettings): WorkloadIdentity {
  const { workload, awsProfile: profile, awsRegion } = settings;
  if (!workload) {
    const setting = "gatewayConnect.gateways › workload";
    throw new GatewayFailure("setting_invalid", { setting, found: "nothing" });
  }
  if (workload.source.kind !== "aws") return workload;
  const region = awsRegion ?? signedFor(new URL(url).hostname)?.region;
  return {
    ...workload,
    source: { kind: "aws", ...(profile !== undefined && { profile }), ...(region !== undefined && { region }) },
  };
}
