import type { Json } from "../../mcp/passThrough.ts";
import { type DescribedTools, record, textIn, tool } from "./describedTools.ts";
import { type ApiOperation, openApiOperations, pathOf } from "./openApiTools.ts";

interface ToolFilter {
  readonly filterPath: string;
  readonly methods: readonly string[];
}

interface ToolOverride {
  readonly name: string;
  readonly description?: string;
  readonly path: string;
  readonly method: string;
}

/** `apiGatewayToolConfiguration` of a target. */
export interface ApiGatewayToolConfiguration {
  readonly toolFilters: readonly ToolFilter[];
  readonly toolOverrides?: readonly ToolOverride[];
}

/**
 * The tools of a REST API. What its operations take stands in the API alone: without its export, those that have a name in
 * `toolOverrides` are listed, with the parameters of their path.
 *
 * @param exported the API's export in OpenAPI 3
 */
export function apiGatewayTools(
  { toolFilters, toolOverrides = [] }: ApiGatewayToolConfiguration,
  exported: unknown,
): DescribedTools {
  if (exported === undefined) return { tools: toolOverrides.map(overridden), problems: [] };
  const { operations, problems } = openApiOperations(exported);
  const chosen = operations.filter((one) => toolFilters.some((filter) => passes(one, filter)));
  const named = chosen.map((one) => withOverride(one, toolOverrides));
  const nameless = named.filter(({ tool: { name } }) => name === "");
  const missing = toolOverrides.filter((one) => !chosen.some((operation) => isOf(operation, one)));
  return {
    tools: named.filter(({ tool: { name } }) => name !== "").map(({ tool: listed }) => listed),
    problems: [
      ...problems,
      ...nameless.map((one) => ({
        path: pathOf(one),
        problem: `${one.method} ${one.path} has neither operationId nor toolOverride`,
      })),
      ...missing.map(({ path, method }) => ({
        path: [],
        problem: `no operation ${method} ${path} passes toolFilters`,
      })),
    ],
  };
}

const isOf = (operation: ApiOperation, { path, method }: ToolOverride): boolean =>
  operation.path === path && operation.method === method;

function passes({ path, method }: ApiOperation, { filterPath, methods }: ToolFilter): boolean {
  if (!methods.includes(method)) return false;
  return filterPath.endsWith("*") ? path.startsWith(filterPath.slice(0, -1)) : path === filterPath;
}

function withOverride(operation: ApiOperation, overrides: readonly ToolOverride[]): ApiOperation {
  const override = overrides.find((one) => isOf(operation, one));
  if (override === undefined) return operation;
  const { name, description } = override;
  return { ...operation, tool: { ...operation.tool, name, ...(textIn(description) && { description }) } };
}

/** A tool of which nothing but its path is known. */
function overridden({ name, description, path, method }: ToolOverride): Json {
  const parameters = [...path.matchAll(/\{([^}+]+)\+?\}/g)].map(([, parameter = ""]) => parameter);
  const properties = Object.fromEntries(parameters.map((parameter) => [parameter, { type: "string" }]));
  const inputSchema = { type: "object", properties, ...(parameters.length > 0 && { required: parameters }) };
  return tool(name, record(inputSchema), { description: textIn(description) ?? `${method} ${path}` });
}
