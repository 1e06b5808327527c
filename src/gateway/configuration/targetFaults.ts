import { checkSchema, type SchemaFault } from "../../lib/json/checkSchema.ts";
import type { ValidParts } from "../../lib/json/validParts.ts";
import { definitionSchema, schemaTypes } from "./aws/mcpTargetSchema.ts";
import { isForbiddenHeader } from "./aws/metadataSchema.ts";
import type { GatewayFile, TargetEntry } from "./gatewayFile.ts";

/** The faults of AWS's targets that `gatewaySchema` cannot express. */
export function targetFaults(file: GatewayFile, parts: ValidParts): readonly SchemaFault[] {
  return parts.below("targets").flatMap(({ path }, at) => {
    const target = (file.targets?.[at] ?? {}) as TargetEntry;
    return [
      ...definitionFaults(path, parts),
      ...headerFaults(path, file, parts),
      ...(parts.isValid(path)
        ? [...credentialFaults(path, target, file, parts), ...pathFaults(path, target, file, parts)]
        : []),
    ];
  });
}

/** What `definitionSchema` does not allow, below the first level of a Lambda tool's schemas. */
function definitionFaults(path: string, parts: ValidParts): readonly SchemaFault[] {
  const tools = `${path}.targetConfiguration.mcp.lambda.toolSchema.inlinePayload`;
  const count = parts.node(tools)?.children?.length ?? 0;
  const places = Array.from({ length: count }, (_, at) =>
    ["inputSchema", "outputSchema"].map((one) => `${tools}[${at}].${one}`),
  );
  return places.flat().flatMap((at) => [...topFaults(at, parts), ...below(at, parts)]);
}

/** Arguments and structured results are objects. */
function topFaults(at: string, parts: ValidParts): readonly SchemaFault[] {
  const path = `${at}.type`;
  const node = parts.node(path);
  if (node?.type !== "string" || node.value === "object" || !(schemaTypes as readonly unknown[]).includes(node.value))
    return [];
  return [parts.fault(path, `expected object, found ${JSON.stringify(node.value)}`)];
}

function below(at: string, parts: ValidParts): readonly SchemaFault[] {
  const properties = `${at}.properties`;
  const inside = parts.node(properties)?.type === "object" ? parts.below(properties) : [];
  return [...inside.map(({ path }) => path), `${at}.items`].flatMap((path) => {
    const node = parts.node(path);
    return node === undefined ? [] : [...checkSchema(node, definitionSchema, path), ...below(path, parts)];
  });
}

/** Headers that AWS passes on for nobody. */
function headerFaults(path: string, { protocolConfiguration }: GatewayFile, parts: ValidParts): readonly SchemaFault[] {
  const hasSessions = protocolConfiguration?.mcp?.sessionConfiguration !== undefined;
  return ["allowedRequestHeaders", "allowedResponseHeaders"].flatMap((list) => {
    const seen = new Set<string>();
    return parts.below(`${path}.metadataConfiguration.${list}`).flatMap(({ path: at }) => {
      const name = parts.text(at);
      if (name === undefined) return [];
      if (isForbiddenHeader(name)) return [parts.fault(at, `AWS passes ${name} on for nobody`)];
      const lower = name.toLowerCase();
      if (seen.has(lower)) return [parts.fault(at, `${name} is there twice`)];
      seen.add(lower);
      if (lower !== "mcp-session-id" || !hasSessions) return [];
      return [parts.fault(at, "with sessionConfiguration the gateway has sessions of its own")];
    });
  });
}

function credentialFaults(
  path: string,
  target: TargetEntry,
  file: GatewayFile,
  parts: ValidParts,
): readonly SchemaFault[] {
  const [provider] = target.credentialProviderConfigurations ?? [];
  if (provider === undefined) return [];
  const at = `${path}.credentialProviderConfigurations[0]`;
  const kind = `${at}.credentialProviderType`;
  const { credentialProviderType: type, credentialProvider } = provider;
  const needed = { OAUTH: "oauthCredentialProvider", API_KEY: "apiKeyCredentialProvider" }[String(type)];
  const isThere = credentialProvider !== undefined && Object.keys(credentialProvider)[0] === needed;
  switch (type) {
    case "JWT_PASSTHROUGH":
      if (target.targetConfiguration?.http === undefined) {
        return [parts.fault(kind, "JWT_PASSTHROUGH goes with targets under targetConfiguration.http only")];
      }
      if ((file.authorizerType ?? "CUSTOM_JWT") === "CUSTOM_JWT") return [];
      return [
        parts.fault(
          kind,
          `JWT_PASSTHROUGH needs an authorizer: with authorizerType ${file.authorizerType} no token is checked`,
        ),
      ];
    case "CALLER_IAM_CREDENTIALS":
      if (file.authorizerType === "AWS_IAM" || file.authorizerType === "AUTHENTICATE_ONLY") return [];
      return [parts.fault(kind, "CALLER_IAM_CREDENTIALS goes with authorizerType AWS_IAM or AUTHENTICATE_ONLY only")];
    case "OAUTH":
    case "API_KEY":
      return isThere ? [] : [parts.fault(at, `expected credentialProvider.${needed} with ${type}`)];
    case "GATEWAY_IAM_ROLE":
      return [];
  }
}

/** The first parts of paths that AWS keeps for itself, so that no target can be called so. */
const ofAws = ["mcp", "a2a", "responses", "converse"];
const ofOurs = ["healthz", "metrics"];

function pathFaults(path: string, { name, targetConfiguration }: TargetEntry, file: GatewayFile, parts: ValidParts) {
  const { http, inference } = targetConfiguration ?? {};
  if (http === undefined && inference === undefined) return [];
  const [, first] = (parts.text("local.path") ?? "/mcp").split("/");
  if (ofAws.includes(name)) return [parts.fault(`${path}.name`, `AWS keeps the path /${name} for itself`)];
  if (ofOurs.includes(name) || name === first) {
    return [parts.fault(`${path}.name`, `the path /${name} is the gateway's own here`)];
  }
  if (file.protocolType === undefined) return [];
  const where = http === undefined ? "inference" : "http";
  return [
    parts.nameFault(
      `${path}.targetConfiguration.${where}`,
      "a gateway with protocolType MCP has no targets with paths of their own",
    ),
  ];
}
