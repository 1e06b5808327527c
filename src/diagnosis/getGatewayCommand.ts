const agentCoreHost = /^(.+)\.gateway\.bedrock-agentcore\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/;

/** The command by which AWS prints the configuration of an AgentCore gateway; undefined for any other gateway. */
export function getGatewayCommand(gatewayUrl: string): string | undefined {
  const [, id, region] = agentCoreHost.exec(URL.canParse(gatewayUrl) ? new URL(gatewayUrl).hostname : "") ?? [];
  if (id === undefined || region === undefined) return undefined;
  return `aws bedrock-agentcore-control get-gateway --gateway-identifier ${id} --region ${region}`;
}
