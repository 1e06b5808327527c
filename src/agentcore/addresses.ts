import { awsDomain } from "../lib/awsRegions.ts";

/**
 * Addresses of Amazon Bedrock AgentCore, in one place, since several rooms tell them from others.
 *
 * Its documentation has them: gateway inbound authorization, HTTP targets (runtime, passthrough), rules, runtime MCP,
 * registry; the forms of ids, ARNs and names of regions are those of the service's API.
 */

// CreateGateway, `gatewayIdentifier`.
const gatewayIdPattern = /^(?:[0-9a-z]-?){1,100}-[0-9a-z]{10}$/;
const regionPattern = /^[a-z]{2,4}(?:-[a-z]+)+-\d$/;
const arnPattern =
  /^arn:aws[a-z-]*:(bedrock-agentcore|agent-registry):([a-z0-9-]+):\d{12}:(gateway|runtime|registry)\/([\w-]+)$/;
const gatewayHost = /^(.+)\.gateway\.bedrock-agentcore\.([a-z0-9-]+)\.amazonaws\.(?:com|com\.cn|eu)$/;
const serviceHost = /^(bedrock-agentcore|agent-registry)\.([a-z0-9-]+)\.(?:amazonaws\.(?:com|com\.cn|eu)|api\.aws)$/;

/** By which name AWS signs requests to a gateway. */
export const GATEWAY_SERVICE = "bedrock-agentcore";

/**
 * The regions that have gateways, by the developer guide (supported regions, November 2026). Neither China nor the European
 * Sovereign Cloud is among them. Nothing is refused for it: AWS adds regions, and this list is older than whoever reads it.
 */
export const gatewayRegions: readonly string[] = [
  ...["us-east-1", "us-east-2", "us-west-1", "us-west-2", "us-gov-west-1", "ca-central-1", "sa-east-1"],
  ...["eu-central-1", "eu-west-1", "eu-west-2", "eu-west-3", "eu-south-1", "eu-south-2", "eu-north-1"],
  ...["ap-south-1", "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-5", "ap-southeast-7"],
  ...["ap-northeast-1", "ap-northeast-2"],
];

/** First parts of a path that are no target's name, because the gateway serves them itself. */
const ownPaths: ReadonlySet<string> = new Set([
  "mcp",
  "a2a",
  "responses",
  "converse",
  ".well-known",
  "v1",
  "inference",
]);

export const isGatewayId = (text: string): boolean => gatewayIdPattern.test(text);
export const isRegion = (text: string): boolean => regionPattern.test(text);

/** The id and the region in the host name of a gateway; undefined for any other host. */
export function gatewayOfHost(hostname: string): { readonly id: string; readonly region: string } | undefined {
  const [, id, region] = gatewayHost.exec(hostname) ?? [];
  return id === undefined || region === undefined ? undefined : { id, region };
}

/** What AWS signs requests to this host for; undefined where the host does not say, such as behind a domain of one's own. */
export function signedFor(hostname: string): { readonly service: string; readonly region: string } | undefined {
  const gateway = gatewayOfHost(hostname);
  if (gateway) return { service: GATEWAY_SERVICE, region: gateway.region };
  const [, service, region] = serviceHost.exec(hostname) ?? [];
  return service === undefined || region === undefined ? undefined : { service, region };
}

/** The region of an address of AgentCore's that has none of it as far as is known; undefined for every other address. */
export function regionWithout({ hostname }: URL): string | undefined {
  const region = signedFor(hostname)?.region;
  return region === undefined || gatewayRegions.includes(region) ? undefined : region;
}

/** What an ARN names: a gateway, a runtime that is called without one, or a registry. */
export interface AgentCoreArn {
  readonly region: string;
  readonly resource: "gateway" | "runtime" | "registry";
  readonly id: string;
}

/** An ARN that has an MCP address; undefined for any other text. */
export function readArn(text: string): AgentCoreArn | undefined {
  const [, service, region, resource, id] = arnPattern.exec(text) ?? [];
  if (region === undefined || id === undefined) return undefined;
  if ((service === "agent-registry") !== (resource === "registry")) return undefined;
  if (resource === "gateway" && !isGatewayId(id)) return undefined;
  return { region, resource: resource as AgentCoreArn["resource"], id };
}

/** The MCP address of what an ARN names. */
export function addressOfArn(arn: string, { region, resource, id }: AgentCoreArn): string {
  switch (resource) {
    case "gateway":
      return gatewayAddress(id, region);
    case "runtime":
      return `https://bedrock-agentcore.${region}.${awsDomain(region)}/runtimes/${encodeURIComponent(arn)}/invocations?qualifier=DEFAULT`;
    case "registry":
      return registryAddress(id, region);
  }
}

const previewHost = /^bedrock-agentcore\.([a-z0-9-]+)\.amazonaws\.com$/;
const previewPath = /^\/registry\/([\w-]+)\/mcp\/?$/;

/**
 * Where a registry is by now whose address is that of the preview, which ended on 2026-10-30; undefined for any other
 * address.
 */
export function movedRegistry({ hostname, pathname }: URL): string | undefined {
  const [, region] = previewHost.exec(hostname) ?? [];
  const [, id] = previewPath.exec(pathname) ?? [];
  return region === undefined || id === undefined ? undefined : registryAddress(id, region);
}

/** The MCP address of a registry. */
export const registryAddress = (id: string, region: string): string =>
  `https://agent-registry.${region}.api.aws/registry/${id}/mcp`;

/** The MCP address of a gateway. */
export const gatewayAddress = (id: string, region: string): string =>
  `https://${id}.gateway.bedrock-agentcore.${region}.${awsDomain(region)}/mcp`;

/** The host of the API that lists gateways and their targets. */
export const controlPlaneHost = (region: string): string => `bedrock-agentcore-control.${region}.${awsDomain(region)}`;

/**
 * The paths under which an address of AgentCore can be an MCP server, best first; undefined where it is not AgentCore's.
 *
 * A gateway serves its own MCP at `/mcp`, which its console and API leave out at times. Paths below a target's name lead
 * to that target alone (`/<target>/invocations` of a runtime, `/<target>/<path>` of a passthrough), and are complete. So is
 * whatever the gateway serves itself, which is not MCP but for `/mcp`, and every address of the service's own host.
 */
export function mcpPaths(hostname: string, pathname: string): readonly string[] | undefined {
  const path = pathname.replace(/\/+$/, "");
  if (serviceHost.test(hostname)) return [path];
  if (!gatewayOfHost(hostname)) return undefined;
  const [target = "", ...below] = path.slice(1).split("/");
  if (target === "") return ["/mcp"];
  return below.length > 0 || ownPaths.has(target) ? [path] : [`${path}/mcp`, `${path}/invocations`];
}

/**
 * The resource in whose name a gateway speaks for the addresses of its targets: its metadata has no other, because all
 * of them are behind one authorizer. Undefined elsewhere.
 */
export const resourceOfTargets = (url: URL): string | undefined =>
  gatewayOfHost(url.hostname) ? new URL("/mcp", url).href : undefined;

/** Whether a page is where AgentCore's own for consents are (identity, outbound OAuth), in the region of a gateway. */
export function isAgentCorePage(page: URL, gateway: URL): boolean {
  const region = gatewayOfHost(gateway.hostname)?.region;
  return (
    region !== undefined &&
    page.protocol === "https:" &&
    page.host === `bedrock-agentcore.${region}.${awsDomain(region)}`
  );
}
