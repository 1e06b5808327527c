import { atPointer } from "../lib/json/atPointer.ts";
import { isJsonObject, isTexts, type JsonObject } from "../lib/json/jsonObject.ts";

const types = new Set(["array", "boolean", "integer", "null", "number", "object", "string"]);
const isSchema = (value: unknown): boolean => isJsonObject(value) || typeof value === "boolean";
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isOfSchemas = (value: unknown): boolean => isJsonObject(value) && Object.values(value).every(isSchema);
const isNumber = (value: unknown): boolean => typeof value === "number";
const isType = (value: unknown): boolean => typeof value === "string" && types.has(value);
const isListOfSchemas = (value: unknown): boolean => isList(value) && value.length > 0 && value.every(isSchema);

function isPattern(value: unknown): boolean {
  try {
    return typeof value === "string" && new RegExp(value, "u") !== undefined;
  } catch {
    return false;
  }
}

/** What each keyword may have (JSON Schema 2020-12, and draft-07 where it differs). Any other says nothing to a validator. */
const keywords: Readonly<Record<string, (value: unknown) => boolean>> = {
  ...Object.fromEntries(["allOf", "anyOf", "oneOf", "prefixItems"].map((name) => [name, isListOfSchemas])),
  ...Object.fromEntries(["properties", "$defs", "definitions", "dependentSchemas"].map((name) => [name, isOfSchemas])),
  ...Object.fromEntries(
    ["additionalProperties", "contains", "else", "if", "not", "propertyNames", "then"].map((name) => [name, isSchema]),
  ),
  ...Object.fromEntries(
    [
      ...["exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum", "multipleOf", "maxItems", "minItems"],
      ...["maxLength", "minLength", "maxProperties", "minProperties"],
    ].map((name) => [name, isNumber]),
  ),
  type: (value) => (isList(value) ? value.length > 0 && value.every(isType) : isType(value)),
  items: (value) => isSchema(value) || (isList(value) && value.every(isSchema)),
  // What draft-04 called it, for which validators of today have no ear.
  id: () => false,
  required: isTexts,
  enum: (value) => isList(value) && value.length > 0,
  pattern: isPattern,
  patternProperties: (value) => isOfSchemas(value) && Object.keys(value as JsonObject).every(isPattern),
};

/** Keywords with schemas by names, and those with a schema or a list of them. */
const byName = new Set(["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"]);
const within = new Set([
  ...["additionalProperties", "allOf", "anyOf", "contains", "else", "if", "items", "not", "oneOf", "prefixItems"],
  ...["propertyNames", "then"],
]);

/**
 * Whether a validator can be made of a schema. Hosts make one of every tool's `outputSchema` when they read a list (2025-11-25,
 * server/tools), and lose the whole list by one of which they cannot: with a reference to nowhere, a type that there is not, or a
 * pattern of another language. A reference by a name of the schema's own counts as good.
 */
export function isReadableSchema(schema: JsonObject): boolean {
  // Few schemas refer to anything, and the names in one are looked for in all of it.
  return isReadable(schema, (reference) => leadsSomewhere(reference, schema) || hasName(schema));
}

function isReadable(schema: unknown, leads: (reference: string) => boolean): boolean {
  if (!isJsonObject(schema)) return true;
  return Object.entries(schema).every(([name, value]) => {
    if (name === "$ref") return typeof value === "string" && leads(value);
    if (Object.hasOwn(keywords, name) && !keywords[name]?.(value)) return false;
    if (byName.has(name)) return Object.values(value as JsonObject).every((one) => isReadable(one, leads));
    return !within.has(name) || [value].flat().every((one) => isReadable(one, leads));
  });
}

function leadsSomewhere(reference: string, root: JsonObject): boolean {
  if (reference === "#") return true;
  return reference.startsWith("#/")
    ? isSchema(atPointer(reference, root))
    : reference.startsWith("http://json-schema.org/draft-07/schema");
}

/** Whether a schema has a name of its own by which it may be referred to. */
const hasName = (value: unknown): boolean =>
  isJsonObject(value)
    ? ["$id", "$anchor", "$dynamicAnchor"].some((name) => typeof value[name] === "string") ||
      Object.values(value).some(hasName)
    : isList(value) && value.some(hasName);
