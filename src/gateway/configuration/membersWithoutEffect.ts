import { findNodeAtLocation, type JSONPath, type Node } from "jsonc-parser";
import { gatewayWithoutEffect } from "./gatewaySchema.ts";
import { targetWithoutEffect } from "./targetSchema.ts";

const ofGateway = [...gatewayWithoutEffect, "authorizerConfiguration.customJWTAuthorizer.allowedWorkloadConfiguration"];

/** The members of a file that change what AWS answers and cannot be had here, where they say something. */
export function membersWithoutEffect(root: Node): readonly string[] {
  const targets = findNodeAtLocation(root, ["targets"])?.children ?? [];
  return [
    ...ofGateway.filter((place) => saysSomething(root, place.split("."))),
    ...targets.flatMap((target, index) =>
      targetWithoutEffect
        .filter((place) => saysSomething(target, place.split(".")))
        .map((place) => `targets[${index}].${place}`),
    ),
  ];
}

function saysSomething(around: Node, place: JSONPath): boolean {
  const node = findNodeAtLocation(around, place);
  return node !== undefined && node.type !== "null" && (node.children === undefined || node.children.length > 0);
}
