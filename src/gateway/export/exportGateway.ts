import { isJsonObject, type JsonObject } from "../../lib/json/jsonObject.ts";
import { parseUrl } from "../../lib/secureUrl.ts";
import type { PolicyRules } from "../policies/policy.ts";
import { agentCoreResources } from "./agentCoreTypes.ts";
import type { Exported, ExportNode, ExportParameter, ExportResource } from "./exportTree.ts";
import { membersOf } from "./exportTree.ts";

/** The members of the gateway's file that are the gateway's own at AWS. */
const ofGateway = [
  ...["name", "description", "protocolType", "protocolConfiguration", "authorizerType", "authorizerConfiguration"],
  ...["exceptionLevel", "kmsKeyArn", "interceptorConfigurations", "wafConfiguration", "tags"],
];

/** What AWS prints of its own accord, and nobody can ask for. */
const printed = new Set([
  ...[
    "$schema",
    "gatewayArn",
    "gatewayId",
    "gatewayUrl",
    "createdAt",
    "updatedAt",
    "status",
    "statusReasons",
    "roleArn",
  ],
  ...["workloadIdentityDetails", "ResponseMetadata", "targets", "policies", "policyEngineConfiguration", "rateLimits"],
]);
const ofTarget = [
  ...["name", "description", "targetConfiguration", "credentialProviderConfigurations", "metadataConfiguration"],
  "privateEndpoint",
];
const printedOfTarget = new Set([
  ...["gatewayArn", "targetId", "targetArn", "status", "statusReasons", "createdAt", "updatedAt", "lastSynchronizedAt"],
  ...["privateEndpointManagedResources", "authorizationData", "targetType", "protocolType", "ResponseMetadata"],
  ...["http", "stdio", ...ofTarget],
]);
const ofRateLimit = ["rateLimitId", "description", "dimensionKeys", "entries"];

const reference = (resource: string, attribute: string): ExportNode => ({ kind: "reference", resource, attribute });
const value = (of: string): ExportNode => ({ kind: "value", value: of });
const picked = (from: JsonObject, names: readonly string[]) =>
  Object.fromEntries(names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]));

/**
 * A gateway's file as the resources that it is at AWS. No value of a header, variable or secret is in them: what a target
 * needs of that kind is named among what cannot be said.
 *
 * @param file the file, which is known to be valid
 */
export function exportGateway(file: JsonObject, policies: PolicyRules | undefined): Exported {
  const notSaid: string[] = [];
  const say = (path: string) => void notSaid.push(path);
  const parameters: ExportParameter[] = [
    {
      name: "GatewayRoleArn",
      description: "The role that the gateway runs as.",
      ...(typeof file.roleArn === "string" && { value: file.roleArn }),
    },
  ];
  for (const name of Object.keys(file)) if (!printed.has(name) && !ofGateway.includes(name)) say(name);
  const ids = new Set<string>();
  const targets = (Array.isArray(file.targets) ? file.targets : []).map((target, at) =>
    exportTarget(target, { id: targetId(String(target.name), ids), path: `targets[${at}]`, say, parameters }),
  );
  const engine = policies
    ? [["PolicyEngineConfiguration", engineReference(policies)] as const]
    : // The engine of the file's own print, whose policies nobody has here.
      membersOf(picked(file, ["policyEngineConfiguration"]), agentCoreResources.Gateway, "", say);
  const gateway: ExportResource = {
    id: "Gateway",
    type: "Gateway",
    after: [],
    members: [
      ...membersOf(
        { authorizerType: "CUSTOM_JWT", name: "gateway", ...picked(file, ofGateway) },
        agentCoreResources.Gateway,
        "",
        say,
      ),
      ["RoleArn", { kind: "parameter", name: "GatewayRoleArn" }],
      ...engine,
    ],
  };
  const limits = (Array.isArray(file.rateLimits) ? file.rateLimits : []).map((limit, at) => ({
    id: `RateLimit${at + 1}`,
    type: "GatewayRateLimit",
    after: [],
    members: [
      ["GatewayIdentifier", reference("Gateway", "GatewayIdentifier")] as const,
      ...membersOf(picked(limit, ofRateLimit), agentCoreResources.GatewayRateLimit, `rateLimits[${at}]`, say),
    ],
  }));
  return {
    parameters,
    resources: [...engineOf(file, policies), gateway, ...targets, ...limits, ...policiesOf(policies, targets)],
    notSaid,
  };
}

const engineReference = ({ mode }: PolicyRules): ExportNode => ({
  kind: "object",
  members: [
    ["Arn", reference("PolicyEngine", "PolicyEngineArn")],
    ["Mode", value(mode)],
  ],
});

/** An id that no other target has in any language, of which one tells large letters from small ones. */
function targetId(name: string, ids: Set<string>): string {
  const words = name.split("-").map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase());
  const id = `Target${words.join("")}`;
  const free = ids.has(id.toLowerCase()) ? `${id}N${ids.size + 1}` : id;
  ids.add(free.toLowerCase());
  return free;
}

interface TargetWorld {
  readonly id: string;
  /** Of the target in the file. */
  readonly path: string;
  readonly say: (path: string) => void;
  readonly parameters: ExportParameter[];
}

function exportTarget(target: JsonObject, { id, path, say, parameters }: TargetWorld): ExportResource {
  for (const key of Object.keys(target)) if (!printedOfTarget.has(key)) say(`${path}.${key}`);
  const own = membersOf(picked(target, ofTarget), agentCoreResources.GatewayTarget, path, say);
  return {
    id,
    type: "GatewayTarget",
    after: [],
    members: [
      ["GatewayIdentifier", reference("Gateway", "GatewayIdentifier")],
      ...own,
      ...(target.targetConfiguration === undefined
        ? [["TargetConfiguration", serverAt(endpointOf(target))] as const]
        : []),
    ],
  };

  /** Where AgentCore finds a server that is reached or started here. */
  function endpointOf({ http, stdio }: JsonObject): ExportNode {
    const { url, headers } = isJsonObject(http) ? http : {};
    if (headers !== undefined) say(`${path}.http.headers, which a credential provider takes the place of`);
    const parsed = parseUrl(String(url));
    // A query may hold a key, which has no place in a file that is kept.
    const isBare = parsed?.username === "" && parsed.search === "" && parsed.hash === "";
    if (parsed?.protocol === "https:" && isBare) return value(parsed.href);
    say(`${path}.${stdio === undefined ? "http.url" : "stdio"}, for which ${id}Endpoint stands`);
    parameters.push({ name: `${id}Endpoint`, description: `Where the MCP server ${target.name} runs, with https.` });
    return { kind: "parameter", name: `${id}Endpoint` };
  }
}

const serverAt = (endpoint: ExportNode): ExportNode => {
  const inside = (name: string, node: ExportNode): ExportNode => ({ kind: "object", members: [[name, node]] });
  return inside("Mcp", inside("McpServer", inside("Endpoint", endpoint)));
};

function engineOf(file: JsonObject, policies: PolicyRules | undefined): readonly ExportResource[] {
  if (policies === undefined) return [];
  const name = `${String(file.name ?? "gateway").replaceAll("-", "_")}_policies`.slice(0, 48);
  return [{ id: "PolicyEngine", type: "PolicyEngine", after: [], members: [["Name", value(name)]] }];
}

/** The policies, which AgentCore checks against the targets' tools when it creates them. */
function policiesOf(policies: PolicyRules | undefined, targets: readonly ExportResource[]): readonly ExportResource[] {
  return (policies?.policies ?? []).map(({ name, statement, mode }, at) => ({
    id: `Policy${at + 1}`,
    type: "Policy",
    after: targets.map(({ id }) => id),
    members: [
      ["PolicyEngineId", reference("PolicyEngine", "PolicyEngineId")],
      ["Name", value(name)],
      [
        "Definition",
        {
          kind: "object",
          members: [["Cedar", { kind: "object", members: [["Statement", statementOf(statement)]] }]],
        },
      ],
      ["EnforcementMode", value(mode)],
    ],
  }));

  /** The statement, with the ARN of the gateway that is made in place of the file's. */
  function statementOf(statement: string): ExportNode {
    const parts = statement.split(policies?.gatewayArn ?? "");
    const joined = parts.flatMap((part, at) =>
      at === 0 ? [value(part)] : [reference("Gateway", "GatewayArn"), value(part)],
    );
    return joined.length === 1 ? value(statement) : { kind: "joined", parts: joined };
  }
}
