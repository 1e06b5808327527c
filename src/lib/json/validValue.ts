import { isJsonObject } from "./jsonObject.ts";

/**
 * The part of JSON Schema (draft 7) that a value is checked with where no place in a file has to be named, see
 * `checkSchema`. `patternErrorMessage` is VS Code's.
 */
export interface ValueSchema {
  readonly type?: "object" | "array" | "string" | "integer" | "boolean";
  readonly anyOf?: readonly ValueSchema[];
  readonly const?: string | boolean;
  readonly enum?: readonly string[];
  readonly format?: "uri";
  readonly pattern?: string;
  /** What the pattern means, after "expected". */
  readonly patternErrorMessage?: string;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: ValueSchema;
  readonly minItems?: number;
  readonly properties?: Readonly<Record<string, ValueSchema>>;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly additionalProperties?: false | ValueSchema;
}

/** Whether a value is as the schema has it. `format` is a hint for editors and not checked. */
export function isValidValue(value: unknown, schema: ValueSchema): boolean {
  const { anyOf, const: only, enum: allowed } = schema;
  if (anyOf && !anyOf.some((one) => isValidValue(value, one))) return false;
  if (only !== undefined && value !== only) return false;
  if (allowed && !(typeof value === "string" && allowed.includes(value))) return false;
  switch (schema.type) {
    case "string":
      return typeof value === "string" && isValidText(value, schema);
    case "integer":
      return Number.isInteger(value) && isWithin(value as number, schema);
    case "boolean":
      return typeof value === "boolean";
    case "array":
      return Array.isArray(value) && isValidList(value, schema);
    case "object":
      return isJsonObject(value) && isValidObject(value, schema);
    default:
      return true;
  }
}

const isValidText = (text: string, { minLength = 0, pattern }: ValueSchema): boolean =>
  text.length >= minLength && (pattern === undefined || compiled(pattern).test(text));

/** Settings are read with every request. */
const patterns = new Map<string, RegExp>();

function compiled(pattern: string): RegExp {
  const known = patterns.get(pattern) ?? new RegExp(pattern, "u");
  patterns.set(pattern, known);
  return known;
}

const isWithin = (
  number: number,
  { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY }: ValueSchema,
): boolean => number >= minimum && number <= maximum;

const isValidList = (list: readonly unknown[], { items, minItems = 0 }: ValueSchema): boolean =>
  list.length >= minItems && (items === undefined || list.every((one) => isValidValue(one, items)));

function isValidObject(members: object, schema: ValueSchema): boolean {
  const { properties = {}, minProperties = 0, maxProperties = Number.POSITIVE_INFINITY } = schema;
  const entries = Object.entries(members);
  if (entries.length < minProperties || entries.length > maxProperties) return false;
  return entries.every(([name, value]) => {
    const expected = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const { additionalProperties: others } = schema;
    if (expected || typeof others === "object") return isValidValue(value, expected ?? (others as ValueSchema));
    return others !== false;
  });
}
