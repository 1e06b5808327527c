import { atPointer } from "../../lib/json/atPointer.ts";
import { isJsonObject, type JsonObject } from "../../lib/json/jsonObject.ts";

/** A schema as a form needs it: references followed, parts that hold together in one. */
export interface ReadSchema {
  readonly schema: JsonObject;
  /** Whether `null` is allowed besides. */
  readonly nullable: boolean;
  /** Why no field can be made of it. */
  readonly problem?: "never" | "unresolved";
}

/** How many references follow each other, and how deep parts stand in each other. Real schemas have two or three. */
const MAX_STEPS = 24;

/**
 * Reads one schema of a document (JSON Schema 2020-12 and before). What it says of its parts is left as it is, so that
 * one that refers to itself is read as far as somebody opens it.
 *
 * @param root the document, in which local references are looked up; nothing is fetched
 */
export function readSchema(given: unknown, root: unknown, steps = 0): ReadSchema {
  if (given === false) return { schema: {}, nullable: false, problem: "never" };
  if (!isJsonObject(given)) return { schema: {}, nullable: false };
  if (steps > MAX_STEPS) return { schema: {}, nullable: false, problem: "unresolved" };
  const { $ref, ...own } = given;
  if (typeof $ref === "string") {
    const target = lookUp($ref, root);
    if (target === undefined) return { schema: own, nullable: false, problem: "unresolved" };
    const read = readSchema(target, root, steps + 1);
    return withoutNull({ ...read, schema: { ...read.schema, ...own } }, root, steps);
  }
  return withoutNull({ schema: merged(own, root, steps), nullable: false }, root, steps);
}

/** Takes `null` out of what is allowed, where it stands beside one other thing. */
function withoutNull(read: ReadSchema, root: unknown, steps: number): ReadSchema {
  const { schema } = read;
  const { type } = schema;
  if (Array.isArray(type) && type.includes("null") && type.length > 1) {
    const others = type.filter((one) => one !== "null");
    return { ...read, schema: { ...schema, type: others.length === 1 ? others[0] : others }, nullable: true };
  }
  for (const keyword of ["anyOf", "oneOf"] as const) {
    const all = schema[keyword];
    if (!Array.isArray(all) || !all.some(isNull)) continue;
    const others = all.filter((one) => !isNull(one));
    const { [keyword]: _, ...rest } = schema;
    if (others.length !== 1) return { ...read, schema: { ...rest, [keyword]: others }, nullable: others.length > 0 };
    const only = readSchema(others[0], root, steps + 1);
    return { ...only, schema: { ...only.schema, ...rest }, nullable: true };
  }
  return schema.nullable === true ? { ...read, nullable: true } : read;
}

const isNull = (schema: unknown): boolean =>
  isJsonObject(schema) && (schema.type === "null" || schema.const === null) && schema.enum === undefined;

/** With the parts of `allOf`, and with the properties that depend on others, which may be there but need not. */
function merged(schema: JsonObject, root: unknown, steps: number): JsonObject {
  const { allOf, ...own } = schema;
  const conditional = [schema.then, schema.else, ...Object.values(recordOf(schema.dependentSchemas))].filter(
    isJsonObject,
  );
  if (!Array.isArray(allOf) && conditional.length === 0) return schema;
  const needed = (Array.isArray(allOf) ? allOf : []).map((one) => readSchema(one, root, steps + 1).schema);
  const possible = conditional.map((one) => {
    const { required: _, ...rest } = readSchema(one, root, steps + 1).schema;
    return { properties: rest.properties };
  });
  const properties = Object.fromEntries(
    [...possible, ...needed, own].flatMap((one) => Object.entries(recordOf(one.properties))),
  );
  const required = [...new Set([own, ...needed].flatMap((one) => stringsOf(one.required)))];
  return {
    ...Object.fromEntries(needed.flatMap(Object.entries)),
    ...own,
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(required.length > 0 && { required }),
  };
}

export const recordOf = (value: unknown): JsonObject => (isJsonObject(value) ? value : {});

export const stringsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];

/** What a local reference names: a JSON pointer (RFC 6901), an anchor, or the id of a definition. */
export function lookUp(reference: string, root: unknown): unknown {
  if (reference === "#" || (isJsonObject(root) && root.$id === reference)) return root;
  if (reference.startsWith("#/")) return atPointer(reference, root);
  const { $defs, definitions } = recordOf(root);
  const anchor = reference.replace(/^#/, "");
  return [...Object.values(recordOf($defs)), ...Object.values(recordOf(definitions))].find(
    (one) => isJsonObject(one) && (one.$anchor === anchor || one.$id === reference),
  );
}
