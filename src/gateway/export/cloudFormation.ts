import type { Exported, ExportNode } from "./exportTree.ts";

/** CloudFormation's template, in JSON. */
export function cloudFormation({ parameters, resources }: Exported): string {
  const template = {
    AWSTemplateFormatVersion: "2010-09-09",
    Parameters: Object.fromEntries(
      parameters.map(({ name, description, value }) => [
        name,
        { Type: "String", Description: description, ...(value !== undefined && { Default: value }) },
      ]),
    ),
    Resources: Object.fromEntries(
      resources.map(({ id, type, members, after }) => [
        id,
        {
          Type: `AWS::BedrockAgentCore::${type}`,
          ...(after.length > 0 && { DependsOn: after }),
          Properties: objectOf(members),
        },
      ]),
    ),
    Outputs: { GatewayUrl: { Value: { "Fn::GetAtt": ["Gateway", "GatewayUrl"] } } },
  };
  return JSON.stringify(template, undefined, 2);
}

const objectOf = (members: readonly (readonly [string, ExportNode])[]) =>
  Object.fromEntries(members.map(([name, node]) => [name, plain(node)]));

function plain(node: ExportNode): unknown {
  switch (node.kind) {
    case "value":
    case "json":
      return node.value;
    case "list":
      return node.items.map(plain);
    case "object":
    case "map":
      return objectOf(node.members);
    case "reference":
      return { "Fn::GetAtt": [node.resource, node.attribute] };
    case "parameter":
      return { Ref: node.name };
    case "joined":
      return { "Fn::Join": ["", node.parts.map(plain)] };
  }
}
