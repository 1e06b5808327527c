import { lowerFirst, titled } from "./exportNames.ts";
import type { Exported, ExportNode, ExportResource } from "./exportTree.ts";

/** What the stack takes from where. */
const imported: Readonly<Record<string, string>> = {
  "{ CfnOutput, CfnParameter, Fn, Stack, type StackProps }": "aws-cdk-lib",
  "* as agentcore": "aws-cdk-lib/aws-bedrockagentcore",
  "type { Construct }": "constructs",
};

/** A stack of the AWS CDK in TypeScript, of the constructs that CloudFormation's types give (L1). */
export function cdk({ parameters, resources }: Exported): string {
  const declared = parameters.map(({ name, description, value }) => {
    const members = ['type: "String"', `description: ${JSON.stringify(description)}`];
    const all = value === undefined ? members : [...members, `default: ${JSON.stringify(value)}`];
    return `    const ${lowerFirst(name)} = new CfnParameter(this, "${name}", { ${all.join(", ")} });`;
  });
  return [
    ...Object.entries(imported).map(([what, from]) => `import ${what} from ${JSON.stringify(from)};`),
    "",
    "export class GatewayStack extends Stack {",
    "  constructor(scope: Construct, id: string, props?: StackProps) {",
    "    super(scope, id, props);",
    ...declared,
    ...resources.flatMap(resourceLines),
    '    new CfnOutput(this, "GatewayUrl", { value: gateway.attrGatewayUrl });',
    "  }",
    "}",
  ].join("\n");
}

function resourceLines({ id, type, members, after }: ExportResource): readonly string[] {
  const name = lowerFirst(id);
  return [
    `    const ${name} = new agentcore.Cfn${type}(this, "${id}", ${objectText(members, "    ", propertyName)});`,
    ...after.map((one) => `    ${name}.node.addDependency(${lowerFirst(one)});`),
  ];
}

/** The CDK's name of a property: one word after the other, an abbreviation too. */
const propertyName = (name: string): string => lowerFirst(titled(name));

function objectText(
  members: readonly (readonly [string, ExportNode])[],
  indent: string,
  nameOf: (name: string) => string,
): string {
  const lines = members.map(([name, node]) => `${indent}  ${nameOf(name)}: ${text(node, `${indent}  `)},`);
  return lines.length === 0 ? "{}" : `{\n${lines.join("\n")}\n${indent}}`;
}

function text(node: ExportNode, indent: string): string {
  switch (node.kind) {
    case "value":
    case "json":
      return JSON.stringify(node.value);
    case "list":
      return `[${node.items.map((one) => text(one, indent)).join(", ")}]`;
    case "object":
      return objectText(node.members, indent, propertyName);
    case "map":
      return objectText(node.members, indent, (name) => JSON.stringify(name));
    case "reference":
      return `${lowerFirst(node.resource)}.attr${node.attribute}`;
    case "parameter":
      return `${lowerFirst(node.name)}.valueAsString`;
    case "joined":
      return `Fn.join("", [${node.parts.map((one) => text(one, indent)).join(", ")}])`;
  }
}
