import { atPointer } from "../../lib/json/atPointer.ts";
import type { Json } from "../../mcp/passThrough.ts";
import { type DescribedTools, type DescriptionProblem, record, textIn, tool } from "./describedTools.ts";
import type { DescriptionPath } from "./description.ts";

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"] as const;

/** An operation of an API, for whoever chooses among them. */
export interface ApiOperation {
  readonly path: string;
  /** In capitals, as HTTP has it. */
  readonly method: string;
  /** A tool without a name of its own has an empty one. */
  readonly tool: Json;
  /** The schema of the JSON in a request's body; undefined where it has none. */
  readonly body: Json | undefined;
}

/**
 * The operations of an API as tools, each called by its `operationId`. Path, query and header parameters and the members
 * of a JSON body become arguments of these names; a body that is no object becomes `body`.
 *
 * @param document a description in OpenAPI 3
 */
export function openApiTools(document: unknown): DescribedTools {
  const { operations, problems } = openApiOperations(document);
  const nameless = operations.filter(({ tool: { name } }) => name === "");
  return {
    tools: operations.filter(({ tool: { name } }) => name !== "").map(({ tool: listed }) => listed),
    problems: [
      ...problems,
      ...nameless.map((one) => ({ path: pathOf(one), problem: `${one.method} ${one.path} has no operationId` })),
    ],
  };
}

/**
 * The requests of an API as policies name them, `POST:/invocations` say, each with the schema of its body (developer guide,
 * "Action names by target type").
 *
 * @param document a description in OpenAPI 3
 */
export function openApiRequests(document: unknown): DescribedTools {
  const { operations, problems } = openApiOperations(document);
  return {
    tools: operations.map(({ path, method, body }) => tool(`${method}:${path}`, body ?? { type: "object" }, {})),
    problems,
  };
}

/** Where an operation is in its description. */
export const pathOf = ({ path, method }: ApiOperation): DescriptionPath => ["paths", path, method.toLowerCase()];

/** All operations of an API, those without a name among them. */
export function openApiOperations(document: unknown): {
  readonly operations: readonly ApiOperation[];
  readonly problems: readonly DescriptionProblem[];
} {
  const root = record(document);
  if (!/^3\.\d/.test(String(root.openapi ?? "")))
    return { operations: [], problems: [{ path: ["openapi"], problem: "expected openapi: 3.0.x or 3.1.x" }] };
  const operations = Object.entries(record(root.paths)).flatMap(([path, item]) => {
    const found = record(resolved(item, root));
    return methods.flatMap((method) => {
      if (found[method] === undefined) return [];
      const operation = record(found[method]);
      const parameters = [...list(found.parameters), ...list(operation.parameters)];
      return [{ path, method: method.toUpperCase(), ...toolOf(operation, parameters, root) }];
    });
  });
  const none = { path: ["paths"], problem: "expected operations under paths, found none" };
  return { operations, problems: operations.length === 0 ? [none] : [] };
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function toolOf(operation: Json, parameters: readonly unknown[], root: Json): Pick<ApiOperation, "tool" | "body"> {
  const properties = new Map<string, unknown>();
  const required = new Set<string>();
  for (const parameter of parameters) {
    const { name, schema, description, ...more } = record(resolved(parameter, root));
    const called = textIn(name);
    if (called === undefined || more.in === "cookie") continue;
    const said = textIn(description);
    properties.set(called, {
      ...record(inlined(schema ?? {}, root)),
      ...(said !== undefined && { description: said }),
    });
    if (more.required === true) required.add(called);
  }
  const request = record(resolved(operation.requestBody, root));
  const content = jsonContent(request.content);
  const schema = content === undefined ? undefined : record(inlined(content, root));
  if (schema !== undefined) {
    if (schema.type === "object" || schema.properties !== undefined) {
      for (const [name, property] of Object.entries(record(schema.properties))) properties.set(name, property);
      if (request.required !== false) for (const name of list(schema.required)) required.add(String(name));
    } else {
      properties.set("body", schema);
      if (request.required === true) required.add("body");
    }
  }
  // A property may have any name, `__proto__` among them.
  const own = Object.fromEntries(properties);
  const inputSchema = { type: "object", properties: own, ...(required.size > 0 && { required: [...required] }) };
  const description = textIn(operation.description) ?? textIn(operation.summary);
  return { tool: tool(textIn(operation.operationId) ?? "", inputSchema, { description }), body: schema };
}

function jsonContent(content: unknown): unknown {
  const [, media] =
    Object.entries(record(content)).find(([type]) => /^application\/([\w.+-]+\+)?json\b/.test(type)) ?? [];
  return media === undefined ? undefined : (record(media).schema ?? {});
}

/** A value, or what its reference within the document leads to. */
function resolved(value: unknown, root: Json): unknown {
  let current = value;
  // A reference may lead to another one, and a circle of them nowhere.
  for (let steps = 0; steps < 32; steps++) {
    const reference = textIn(record(current).$ref);
    if (reference === undefined) return current;
    current = atPointer(reference, root);
  }
  return undefined;
}

/** A schema with what it refers to in place of the references, since a tool's schema stands by itself. */
function inlined(schema: unknown, root: Json, within: readonly string[] = []): unknown {
  if (Array.isArray(schema)) return schema.map((one) => inlined(one, root, within));
  if (typeof schema !== "object" || schema === null) return schema;
  const reference = textIn(record(schema).$ref);
  if (reference !== undefined) {
    // One that refers to itself would never end, and many within each other would grow without limit.
    return within.includes(reference) || within.length >= DEEPEST
      ? {}
      : inlined(atPointer(reference, root) ?? {}, root, [...within, reference]);
  }
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, inlined(value, root, within)]));
}

/** How many references are put within each other. */
const DEEPEST = 8;
