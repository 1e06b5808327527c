import { gatewayOfHost } from "../agentcore/addresses.ts";
import { parseUrl } from "../lib/secureUrl.ts";

/** The command by which AWS prints the configuration of an AgentCore gateway; undefined for any other gateway. */
export function getGatewayCommand(gatewayUrl: string): string | undefined {
  const found = gatewayOfHost(parseUrl(gatewayUrl)?.hostname ?? "");
  return found && `aws bedrock-agentcore-control get-gateway --gateway-identifier ${found.id} --region ${found.region}`;
}
