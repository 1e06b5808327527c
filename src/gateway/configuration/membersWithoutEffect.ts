import { findNodeAtLocation, type JSONPath, type Node } from "jsonc-parser";
import { type GatewayFile, runsHere, type TargetEntry } from "./gatewayFile.ts";
import { gatewayWithoutEffect } from "./gatewaySchema.ts";
import { interceptorsWithoutEffect } from "./interceptorsOf.ts";
import { rateLimitsWithoutEffect } from "./rateLimitsOf.ts";
import { targetWithoutEffect } from "./targetSchema.ts";

const ofGateway = [...gatewayWithoutEffect, "authorizerConfiguration.customJWTAuthorizer.allowedWorkloadConfiguration"];

/** The paths of members that change AWS's answers and have no effect here, where they are set. */
export function membersWithoutEffect(root: Node, file: GatewayFile): readonly string[] {
  const { targets = [], local = {}, rateLimits = [], interceptorConfigurations = [], authorizerType } = file;
  // Nobody knows what an engine would decide whose policies are not in the file.
  const hasPolicies = findNodeAtLocation(root, ["policies"]) !== undefined;
  const without = hasPolicies ? ofGateway.filter((path) => path !== "policyEngineConfiguration") : ofGateway;
  return [
    ...without.filter((path) => isSet(root, path.split("."))),
    ...interceptorsWithoutEffect(interceptorConfigurations, local.interceptors ?? {}),
    ...rateLimitsWithoutEffect(rateLimits, authorizerType !== "NONE"),
    ...targets.flatMap((target, index) => {
      const within = [...targetWithoutEffect, ...ofTarget(target, Object.hasOwn(local.credentials ?? {}, target.name))];
      const node = findNodeAtLocation(root, ["targets", index]);
      return within.filter((path) => node && isSet(node, path.split("."))).map((path) => `targets[${index}].${path}`);
    }),
  ];
}

/** What depends on the kind of target: one that does not run here is said to be so as a whole. */
function ofTarget({ targetConfiguration, ...entry }: TargetEntry, hasCredentials: boolean): readonly string[] {
  if (targetConfiguration && !runsHere(targetConfiguration)) return [];
  const { credentialProviderType } = entry.credentialProviderConfigurations?.[0] ?? {};
  const passesToken = credentialProviderType === "JWT_PASSTHROUGH";
  const standIn = hasCredentials && (credentialProviderType === "OAUTH" || credentialProviderType === "API_KEY");
  return [
    ...(passesToken || standIn ? [] : ["credentialProviderConfigurations"]),
    ...(targetConfiguration?.http ? [] : ["metadataConfiguration"]),
  ];
}

function isSet(around: Node, path: JSONPath): boolean {
  const node = findNodeAtLocation(around, path);
  return node !== undefined && node.type !== "null" && (node.children === undefined || node.children.length > 0);
}
