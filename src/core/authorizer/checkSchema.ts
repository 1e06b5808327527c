import type { Node } from "jsonc-parser";
import type { Schema } from "./schema.ts";

/** Something in a file that its schema does not allow, and where. */
export interface SchemaFault {
  readonly path: string;
  /** Characters from the start of the file. */
  readonly offset: number;
  readonly problem: string;
}

/**
 * Finds everything in a JSON document that a schema does not allow. It works on the document's tree rather than on its
 * value, since a value has forgotten where its parts stood, and that a member stood twice.
 */
export function checkSchema(node: Node, schema: Schema, path = ""): readonly SchemaFault[] {
  const fault = (problem: string): SchemaFault[] => [{ path, offset: node.offset, problem }];
  if (schema.type !== undefined && !hasType(node, schema.type)) {
    return fault(`expected ${named[schema.type]}, found ${found(node)}`);
  }
  switch (node.type) {
    case "object":
      return checkObject(node, schema, path);
    case "array":
      return checkArray(node, schema, path);
    case "string":
      return checkText(String(node.value), schema).flatMap(fault);
    case "number":
      return checkNumber(Number(node.value), schema).flatMap(fault);
    default:
      return [];
  }
}

/** The place of a member, as one writes it in JavaScript. */
export function memberPath(path: string, name: string): string {
  if (!/^[A-Za-z_$][\w$]*$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === "" ? name : `${path}.${name}`;
}

const named = {
  object: "an object",
  array: "a list",
  string: "a text",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
} as const;

function hasType(node: Node, type: NonNullable<Schema["type"]>): boolean {
  if (type === "integer") return node.type === "number" && Number.isInteger(node.value);
  if (type === "number") return node.type === "number" && Number.isFinite(node.value);
  return node.type === type;
}

/** What is there, without what it says: it may be a secret in the wrong place. */
function found(node: Node): string {
  if (node.type === "null") return "null";
  if (node.type === "number") return String(node.value);
  return named[node.type as keyof typeof named] ?? "something else";
}

function checkObject(node: Node, schema: Schema, path: string): readonly SchemaFault[] {
  const faults: SchemaFault[] = [];
  const { properties = {}, additionalProperties = true } = schema;
  const seen = new Set<string>();
  for (const { children: [key, value] = [] } of node.children ?? []) {
    if (!key) continue;
    const name = String(key.value);
    const at = memberPath(path, name);
    if (seen.has(name)) faults.push({ path: at, offset: key.offset, problem: "is there twice" });
    seen.add(name);
    const expected = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
    if (expected === false) {
      faults.push({ path: at, offset: key.offset, problem: unknown(name, Object.keys(properties)) });
    } else if (value && typeof expected === "object") faults.push(...checkSchema(value, expected, at));
  }
  for (const name of (schema.required ?? []).filter((one) => !seen.has(one))) {
    faults.push({ path: memberPath(path, name), offset: node.offset, problem: "is missing" });
  }
  const { minProperties = 0, maxProperties = Number.POSITIVE_INFINITY } = schema;
  if (seen.size < minProperties || seen.size > maxProperties) {
    faults.push({
      path,
      offset: node.offset,
      problem: `expected ${minProperties} to ${maxProperties} members, found ${seen.size}`,
    });
  }
  return faults;
}

function checkArray(node: Node, { items, minItems = 0, maxItems }: Schema, path: string): readonly SchemaFault[] {
  const children = node.children ?? [];
  const here = (problem: string): SchemaFault => ({ path, offset: node.offset, problem });
  return [
    ...(children.length < minItems ? [here("has to have a value, or has to be left out")] : []),
    ...(maxItems !== undefined && children.length > maxItems
      ? [here(`expected at most ${maxItems} values, found ${children.length}`)]
      : []),
    ...(items ? children.flatMap((child, at) => checkSchema(child, items, `${path}[${at}]`)) : []),
  ];
}

function checkText(text: string, schema: Schema): string[] {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY } = schema;
  // As JSON Schema counts.
  const length = [...text].length;
  if (schema.enum && !schema.enum.includes(text)) {
    return [
      `expected ${schema.enum.join(", ").replace(/, ([^,]*)$/, " or $1")}, found ${JSON.stringify(text.slice(0, 60))}`,
    ];
  }
  if (length < minLength) return ["expected a text, found an empty one"];
  if (length > maxLength) return [`expected at most ${maxLength} characters, found ${length}`];
  if (schema.pattern && !new RegExp(schema.pattern, "u").test(text)) {
    return [`expected ${schema.patternErrorMessage ?? schema.pattern}`];
  }
  return [];
}

function checkNumber(number: number, { minimum, exclusiveMinimum, maximum }: Schema): string[] {
  const least = minimum ?? exclusiveMinimum;
  const low =
    (minimum !== undefined && number < minimum) || (exclusiveMinimum !== undefined && number <= exclusiveMinimum);
  if (!low && (maximum === undefined || number <= maximum)) return [];
  const from = minimum === undefined && exclusiveMinimum !== undefined ? `above ${least}` : `from ${least}`;
  return [`expected a number ${from}${maximum === undefined ? "" : ` to ${maximum}`}, found ${number}`];
}

function unknown(name: string, names: readonly string[]): string {
  const near = names
    .map((one) => ({ one, distance: editDistance(name.toLowerCase(), one.toLowerCase()) }))
    .filter(({ one, distance }) => distance <= Math.max(1, Math.floor(one.length / 4)))
    .sort((a, b) => a.distance - b.distance)[0];
  return near ? `is not known; did you mean ${near.one}?` : "is not known";
}

/** How many characters have to be put in, left out or changed (Levenshtein). */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 20) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const change = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      next.push(Math.min(change, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
