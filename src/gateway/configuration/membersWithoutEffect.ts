import { findNodeAtLocation, type JSONPath, type Node } from "jsonc-parser";
import { gatewayWithoutEffect } from "./gatewaySchema.ts";
import { targetWithoutEffect } from "./targetSchema.ts";

const ofGateway = [...gatewayWithoutEffect, "authorizerConfiguration.customJWTAuthorizer.allowedWorkloadConfiguration"];

/** The paths of members that change AWS's answers and that we do not support, where they are set. */
export function membersWithoutEffect(root: Node): readonly string[] {
  // Nobody knows what an engine would decide whose policies are not in the file.
  const hasPolicies = findNodeAtLocation(root, ["policies"]) !== undefined;
  const without = hasPolicies ? ofGateway.filter((path) => path !== "policyEngineConfiguration") : ofGateway;
  const targets = findNodeAtLocation(root, ["targets"])?.children ?? [];
  return [
    ...without.filter((path) => isSet(root, path.split("."))),
    ...targets.flatMap((target, index) =>
      targetWithoutEffect.filter((path) => isSet(target, path.split("."))).map((path) => `targets[${index}].${path}`),
    ),
  ];
}

function isSet(around: Node, path: JSONPath): boolean {
  const node = findNodeAtLocation(around, path);
  return node !== undefined && node.type !== "null" && (node.children === undefined || node.children.length > 0);
}
