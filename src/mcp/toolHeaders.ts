import type { Json } from "./passThrough.ts";

/** JSON-RPC code for a header that contradicts the body (2026-07-28, basic/transports). */
export const HEADER_MISMATCH = -32020;

/** An argument of a tool that a request repeats in a header, so that an intermediary can route by it. */
export interface HeaderDeclaration {
  readonly path: readonly string[];
  readonly header: string;
  readonly isNumber: boolean;
}

/** Deeper than anybody nests the arguments of a tool. */
const DEEPEST = 20;
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const permitted = new Set(["string", "integer", "boolean"]);

/**
 * The headers that a tool's `inputSchema` declares with `x-mcp-header` (2026-07-28, basic/transports, custom headers).
 * Reads nested properties only: an intermediary cannot know what applies under a condition.
 */
export function headerDeclarations(schema: unknown, path: readonly string[] = []): readonly HeaderDeclaration[] {
  return propertiesOf(schema, path).flatMap(([name, property]) => {
    const header = property?.["x-mcp-header"];
    const here = [...path, name];
    const isNumber = property?.type === "integer" || property?.type === "number";
    const own = typeof header === "string" && token.test(header);
    return [
      ...(own ? [{ path: here, header: `Mcp-Param-${header}`, isNumber }] : []),
      ...headerDeclarations(property, here),
    ];
  });
}

/** Keywords of JSON Schema whose subschemas apply conditionally, or to values without a property name. */
const conditional = [
  ...["items", "prefixItems", "additionalItems", "contains", "additionalProperties", "propertyNames", "not"],
  ...["patternProperties", "dependentSchemas", "unevaluatedItems", "unevaluatedProperties", "oneOf", "anyOf", "allOf"],
  ...["if", "then", "else", "$defs", "definitions"],
];
const named = new Set(["patternProperties", "dependentSchemas", "$defs", "definitions"]);

/**
 * Whether the header declarations in a tool's `inputSchema` are valid: each has a unique name and a property of a plain
 * type, and none applies conditionally. A client must leave out a tool with invalid ones.
 */
export function hasValidHeaders(schema: unknown): boolean {
  const names = new Set<string>();
  const isValid = (node: unknown, path: readonly string[], isReachable: boolean): boolean => {
    if (typeof node !== "object" || node === null || path.length >= DEEPEST) return true;
    const { "x-mcp-header": header, type } = node as Json;
    if (header !== undefined) {
      if (!isReachable || path.length === 0 || typeof header !== "string" || !token.test(header)) return false;
      if (!permitted.has(String(type)) || names.has(header.toLowerCase())) return false;
      names.add(header.toLowerCase());
    }
    return (
      propertiesOf(node, path).every(([name, property]) => isValid(property, [...path, name], isReachable)) &&
      conditional.every((keyword) =>
        schemasUnder(keyword, (node as Json)[keyword]).every((part) => isValid(part, [...path, keyword], false)),
      )
    );
  };
  return isValid(schema, [], true);
}

function schemasUnder(keyword: string, value: unknown): readonly unknown[] {
  if (typeof value !== "object" || value === null) return [];
  return Array.isArray(value) ? value : named.has(keyword) ? Object.values(value) : [value];
}

function propertiesOf(schema: unknown, path: readonly string[]): readonly (readonly [string, Json | null])[] {
  const properties = (schema as Json | null | undefined)?.properties;
  if (typeof properties !== "object" || properties === null || path.length >= DEEPEST) return [];
  return Object.entries(properties as Record<string, Json | null>);
}

/** What was found of each tool, which is listed once and called often. */
const found = new WeakMap<Json, boolean>();

/** Whether a tool's `inputSchema` may declare headers: nothing else in it is called so. */
export function mayDeclareHeaders(tool: Json | undefined): boolean {
  if (tool === undefined) return false;
  const known = found.get(tool);
  if (known !== undefined) return known;
  const declares = JSON.stringify(tool.inputSchema ?? null).includes('"x-mcp-header"');
  found.set(tool, declares);
  return declares;
}
