import type { SchemaFault } from "../../lib/json/checkSchema.ts";
import { memberPath } from "../../lib/json/checkSchema.ts";
import type { ValidParts } from "../../lib/json/validParts.ts";
import { qualifiedName } from "../../lib/qualifiedName.ts";
import type { Json } from "../../mcp/passThrough.ts";
import { apiGatewayTools } from "../tools/apiGatewayTools.ts";
import { connectorTools } from "../tools/connectorTools.ts";
import { type DescribedTools, LONGEST_TOOL_NAME } from "../tools/describedTools.ts";
import { lambdaTools, serverTools } from "../tools/lambdaTools.ts";
import { openApiTools } from "../tools/openApiTools.ts";
import { smithyTools } from "../tools/smithyTools.ts";
import type { DocumentSource, GatewayFile, TargetConfiguration, TargetEntry } from "./gatewayFile.ts";

/**
 * Reads a local file that stands in for one in S3.
 *
 * @param path as it stands in the gateway's file
 * @throws Error with a message for people
 */
export type ReadSchema = (path: string) => string;

/** The tools of the targets that have them described, and what is wrong with the descriptions. */
export interface ToolsOfTargets {
  /** By target. A server without a description of its own is not among them. */
  readonly tools: ReadonlyMap<string, readonly Json[]>;
  /** The paths of the sources in S3 that no local file stands in for. */
  readonly missing: readonly string[];
  readonly faults: readonly SchemaFault[];
}

interface Described {
  readonly found: DescribedTools | undefined;
  /** The place that its problems are told at. */
  readonly place: string;
}

/** Makes the tools of all targets that AWS describes them for. */
export function toolsOfTargets({ targets = [] }: GatewayFile, parts: ValidParts, read: ReadSchema): ToolsOfTargets {
  const tools = new Map<string, readonly Json[]>();
  const faults: SchemaFault[] = [];
  const missing: string[] = [];
  for (const [at, target] of (Array.isArray(targets) ? targets : []).entries()) {
    const path = `targets[${at}].targetConfiguration`;
    const { name, targetConfiguration } = (target ?? {}) as TargetEntry;
    if (targetConfiguration === undefined || !parts.isValid(path) || !parts.isValid(`targets[${at}].name`)) continue;
    const own = memberPath("local.schemas", name);
    const named = parts.text(own);
    const source = sourceOf(targetConfiguration);
    const file = source === undefined ? undefined : named;
    if (named !== undefined && source === undefined) {
      faults.push(parts.nameFault(own, `${name} has no schema in S3 that a file could stand in for`));
    }
    try {
      const { found, place } = described(targetConfiguration, path, { file, own, read });
      if (found === undefined) {
        if (source !== undefined) missing.push(`${path}.${source}`);
        continue;
      }
      faults.push(...found.problems.map((problem) => parts.fault(place, problem)));
      faults.push(...nameFaults(name, found.tools).map((problem) => parts.fault(place, problem)));
      tools.set(name, found.tools);
    } catch (error) {
      faults.push(parts.fault(file === undefined ? path : own, (error as Error).message));
    }
  }
  return { tools, missing, faults };
}

/** Where in a target a local file may stand in for something in S3, or for an export that only AWS has. */
function sourceOf({ mcp }: TargetConfiguration): string | undefined {
  if (mcp?.lambda?.toolSchema.s3) return "mcp.lambda.toolSchema.s3";
  if (mcp?.openApiSchema?.s3) return "mcp.openApiSchema.s3";
  if (mcp?.smithyModel?.s3) return "mcp.smithyModel.s3";
  if (mcp?.mcpServer?.mcpToolSchema?.s3) return "mcp.mcpServer.mcpToolSchema.s3";
  return mcp?.apiGateway ? "mcp.apiGateway" : undefined;
}

function described(
  { mcp = {} }: TargetConfiguration,
  path: string,
  { file, own, read }: { readonly file: string | undefined; readonly own: string; readonly read: ReadSchema },
): Described {
  const { lambda, apiGateway, connector, mcpServer } = mcp;
  const local = () => (file === undefined ? undefined : document(read(file)));
  const from = (source: DocumentSource, at: string, make: (given: unknown) => DescribedTools): Described => {
    if (source.inlinePayload !== undefined) {
      return { found: made(make, () => document(source.inlinePayload ?? "")), place: `${path}.${at}.inlinePayload` };
    }
    return { found: file === undefined ? undefined : made(make, local), place: own };
  };
  if (lambda?.toolSchema.inlinePayload) {
    return {
      // What is wrong with these, the file's schema and `targetFaults` say at its place.
      found: { ...lambdaTools(lambda.toolSchema.inlinePayload), problems: [] },
      place: `${path}.mcp.lambda.toolSchema.inlinePayload`,
    };
  }
  if (lambda) return { found: file === undefined ? undefined : made(lambdaTools, local), place: own };
  if (mcp.openApiSchema) return from(mcp.openApiSchema, "mcp.openApiSchema", openApiTools);
  if (mcp.smithyModel) return from(mcp.smithyModel, "mcp.smithyModel", smithyTools);
  if (mcpServer?.mcpToolSchema) return from(mcpServer.mcpToolSchema, "mcp.mcpServer.mcpToolSchema", serverTools);
  if (connector) return { found: connectorTools(connector), place: `${path}.mcp.connector` };
  if (!apiGateway) return { found: undefined, place: path };
  const make = (given: unknown) => apiGatewayTools(apiGateway.apiGatewayToolConfiguration, given);
  return { found: made(make, local), place: file === undefined ? `${path}.mcp.apiGateway` : own };
}

/** What a description says, or why it cannot be read. */
function made(make: (given: unknown) => DescribedTools, given: () => unknown): DescribedTools {
  try {
    return make(given());
  } catch (error) {
    return { tools: [], problems: [(error as Error).message] };
  }
}

/** @throws Error when it is no JSON */
function document(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    const where = (error as Error).message.replace(/^.*?((at position|\(line) .*)$/, "$1");
    const hint = /^\s*[{[]/.test(text) ? "" : "; a description in YAML has to be turned into JSON first";
    throw new Error(`this is not JSON${where === (error as Error).message ? "" : ` ${where}`}${hint}`);
  }
}

function nameFaults(target: string, tools: readonly Json[]): readonly string[] {
  const names = tools.map(({ name }) => String(name));
  const twice = [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
  const long = names.filter((name) => qualifiedName(target, name).length > LONGEST_TOOL_NAME);
  return [
    ...twice.map((name) => `two tools are called ${name}`),
    ...long.map(
      (name) => `the name ${qualifiedName(target, name.slice(0, 60))}… is longer than ${LONGEST_TOOL_NAME} characters`,
    ),
  ];
}
