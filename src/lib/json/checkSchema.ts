import type { Node } from "jsonc-parser";
import { nearestName } from "./nearestName.ts";
import type { Schema } from "./schema.ts";

/** Something in a document that its schema does not allow, with its position. */
export interface SchemaFault {
  readonly path: string;
  /** Characters from the start of the document. */
  readonly offset: number;
  readonly problem: string;
}

/**
 * Finds everything in a JSON document that a schema does not allow. It checks the document's tree, since a parsed value
 * has lost the positions of its parts and the members that appeared twice.
 *
 * @returns one fault for each position: a value of the wrong type would break further rules for that reason alone
 */
export function checkSchema(node: Node, schema: Schema, path = ""): readonly SchemaFault[] {
  const seen = new Set<string>();
  return check(node, schema, path).filter(({ path: at, offset }) => {
    const position = `${offset} ${at}`;
    return !seen.has(position) && seen.add(position);
  });
}

function check(node: Node, schema: Schema, path: string): readonly SchemaFault[] {
  const fault = (problem: string): SchemaFault => ({ path, offset: node.offset, problem });
  // `const` and `enum` hold strings here, so a value of another type matches none of them.
  const type = schema.type ?? (schema.const !== undefined || schema.enum ? "string" : undefined);
  if (type !== undefined && !hasType(node, type)) {
    return [fault(`expected ${named[type]}, found ${found(node, type)}`)];
  }
  return [
    ...checkOwn(node, schema, path),
    ...(schema.not && isValid(node, schema.not) ? [fault(schema.errorMessage ?? "is not allowed here")] : []),
    ...(schema.if && schema.then && isValid(node, schema.if) ? check(node, schema.then, path) : []),
    ...(schema.allOf ?? []).flatMap((one) => check(node, one, path)),
  ];
}

const isValid = (node: Node, schema: Schema): boolean => check(node, schema, "").length === 0;

function checkOwn(node: Node, schema: Schema, path: string): readonly SchemaFault[] {
  const fault = (problem: string): SchemaFault => ({ path, offset: node.offset, problem });
  switch (node.type) {
    case "object":
      return checkObject(node, schema, path);
    case "array":
      return checkArray(node, schema, path);
    case "string":
      return checkText(String(node.value), schema).map(fault);
    case "number":
      return checkNumber(Number(node.value), schema).map(fault);
    default:
      return [];
  }
}

/** The path of a member, as JavaScript writes it. */
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

/**
 * The type of a value for a message. Only a number where an integer is expected is shown: other values may be secrets.
 */
function found(node: Node, expected: Schema["type"]): string {
  if (node.type === "null") return "null";
  if (node.type === "number" && expected === "integer") return String(node.value);
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
    if (seen.has(name)) faults.push({ path: at, offset: key.offset, problem: "appears twice" });
    seen.add(name);
    const isNamed = Object.hasOwn(properties, name);
    const expected = isNamed ? properties[name] : additionalProperties;
    if (expected === false) {
      const problem = isNamed ? "is not allowed here" : unknown(name, Object.keys(properties));
      faults.push({ path: at, offset: key.offset, problem: schema.errorMessage ?? problem });
    } else if (value && typeof expected === "object") faults.push(...check(value, expected, at));
    for (const problem of schema.propertyNames ? checkText(name, schema.propertyNames) : []) {
      faults.push({ path: at, offset: key.offset, problem: `its name is invalid: ${problem}` });
    }
  }
  for (const name of (schema.required ?? []).filter((one) => !seen.has(one))) {
    faults.push({ path: memberPath(path, name), offset: node.offset, problem: schema.errorMessage ?? "is missing" });
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
    ...(children.length < minItems ? [here("must have a value or be left out")] : []),
    ...(maxItems !== undefined && children.length > maxItems
      ? [here(`expected at most ${maxItems} values, found ${children.length}`)]
      : []),
    ...(items ? children.flatMap((child, at) => check(child, items, `${path}[${at}]`)) : []),
  ];
}

function checkText(text: string, schema: Schema): string[] {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY } = schema;
  // JSON Schema counts characters, not UTF-16 units.
  const length = [...text].length;
  const allowed = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  if (allowed && !allowed.includes(text)) {
    const expected = schema.errorMessage ?? `expected ${allowed.join(", ").replace(/, ([^,]*)$/, " or $1")}`;
    return [`${expected}, found ${JSON.stringify(text.slice(0, 60))}`];
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
  const near = nearestName(name, names);
  return near === undefined ? "is not known" : `is not known; did you mean ${near}?`;
}
