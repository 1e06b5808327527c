import { awsPartition } from "../../lib/awsRegions.ts";

/** The actions that choosing a gateway takes. Where no gateway is named, IAM knows no resource but all of them. */
const listing = ["bedrock-agentcore:ListGateways"] as const;
const looking = ["bedrock-agentcore:GetGateway", "bedrock-agentcore:ListGatewayTargets"] as const;
const registryListing = ["agent-registry:ListRegistries"] as const;
const registryLooking = [
  "agent-registry:ListDiscoverableRegistryRecords",
  "agent-registry:SearchDiscoverableRegistryRecords",
  "agent-registry:BatchGetDiscoverableRegistryRecord",
  "agent-registry:ListRegistryRecords",
  "agent-registry:GetRegistryRecord",
] as const;

/**
 * The least policy with which somebody can choose a gateway, or an MCP server of a registry, as IAM takes it. Calling the
 * gateway is another permission.
 *
 * @param permission what is missing
 */
export function leastPolicy(permission: string, region: string): object {
  const isRegistry = permission.startsWith("agent-registry:");
  const arn = `arn:${awsPartition(region)}:${isRegistry ? "agent-registry" : "bedrock-agentcore"}:${region}:*`;
  return {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: isRegistry ? registryListing : listing, Resource: "*" },
      isRegistry
        ? { Effect: "Allow", Action: registryLooking, Resource: [`${arn}:registry/*`] }
        : { Effect: "Allow", Action: looking, Resource: [`${arn}:gateway/*`] },
    ],
  };
}
