import { snakeCase } from "./exportNames.ts";
import type { Exported, ExportNode, ExportParameter, ExportResource } from "./exportTree.ts";

/**
 * Terraform's language, for the provider `hashicorp/awscc`: its resources and names follow from CloudFormation's types. The
 * provider `hashicorp/aws` has gateways and targets of its own form, and lacks what is newest.
 */
export function terraform({ parameters, resources }: Exported): string {
  return [
    'terraform {\n  required_providers {\n    awscc = {\n      source = "hashicorp/awscc"\n    }\n  }\n}',
    ...parameters.map(variableText),
    ...resources.map(resourceText),
    `output "gateway_url" {\n  value = ${referenceTo("Gateway", "Gateway", "GatewayUrl")}\n}`,
  ].join("\n\n");

  function resourceText({ id, type, members, after }: ExportResource): string {
    const lines = members.map(([name, node]) => `  ${snakeCase(name)} = ${text(node, "  ")}`);
    const depends = after.map((one) => addressOf(typeOf(one), one)).join(", ");
    return [
      `resource "awscc_bedrockagentcore_${snakeCase(type)}" "${snakeCase(id)}" {`,
      ...lines,
      ...(after.length > 0 ? [`  depends_on = [${depends}]`] : []),
      "}",
    ].join("\n");
  }

  function typeOf(id: string): string {
    return resources.find((one) => one.id === id)?.type ?? id;
  }

  function text(node: ExportNode, indent: string): string {
    switch (node.kind) {
      case "value":
        return typeof node.value === "string" ? quoted(node.value) : String(node.value);
      case "json":
        return `jsonencode(${jsonText(node.value)})`;
      case "list":
        return `[${node.items.map((one) => text(one, indent)).join(", ")}]`;
      case "object":
        return objectText(node.members, indent, snakeCase);
      case "map":
        return objectText(node.members, indent, quoted);
      case "reference":
        return referenceTo(typeOf(node.resource), node.resource, node.attribute);
      case "parameter":
        return `var.${snakeCase(node.name)}`;
      case "joined":
        return `"${node.parts.map((part) => (part.kind === "value" ? escaped(String(part.value)) : `\${${text(part, indent)}}`)).join("")}"`;
    }
  }

  function objectText(
    members: readonly (readonly [string, ExportNode])[],
    indent: string,
    nameOf: (name: string) => string,
  ): string {
    const lines = members.map(([name, node]) => `${indent}  ${nameOf(name)} = ${text(node, `${indent}  `)}`);
    return lines.length === 0 ? "{}" : `{\n${lines.join("\n")}\n${indent}}`;
  }
}

function variableText({ name, description, value }: ExportParameter): string {
  const initial = value === undefined ? "" : `\n  default     = ${quoted(value)}`;
  return `variable "${snakeCase(name)}" {\n  type        = string\n  description = ${quoted(description)}${initial}\n}`;
}

const addressOf = (type: string, id: string): string => `awscc_bedrockagentcore_${snakeCase(type)}.${snakeCase(id)}`;
const referenceTo = (type: string, id: string, attribute: string): string =>
  `${addressOf(type, id)}.${snakeCase(attribute)}`;

/** A text in quotes, in which nothing is filled in. */
const escaped = (text: string): string =>
  JSON.stringify(text)
    .slice(1, -1)
    .replace(/([$%])\{/g, "$1$1{");
const quoted = (text: string): string => `"${escaped(text)}"`;

function jsonText(value: unknown): string {
  if (typeof value === "string") return quoted(value);
  if (Array.isArray(value)) return `[${value.map(jsonText).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  return `{ ${Object.entries(value)
    .map(([name, one]) => `${quoted(name)} = ${jsonText(one)}`)
    .join(", ")} }`;
}
