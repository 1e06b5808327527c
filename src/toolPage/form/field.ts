import { isJsonObject, type JsonObject } from "../../lib/json/jsonObject.ts";
import { readSchema, recordOf, stringsOf } from "./schema.ts";

/** One value among which a person chooses. */
export interface Choice {
  readonly label: string;
  readonly value: unknown;
  readonly description?: string;
}

/** One of the forms that a value can have. */
export interface Variant {
  readonly label: string;
  readonly schema: unknown;
}

/** How a value is entered. */
export type FieldShape =
  | {
      readonly kind: "text";
      readonly input: "line" | "lines" | "email" | "url" | "date" | "time" | "password";
      readonly placeholder: string;
      readonly suggestions: readonly string[];
    }
  | {
      readonly kind: "number";
      readonly isInteger: boolean;
      readonly least?: number;
      readonly most?: number;
      readonly step: number;
    }
  | { readonly kind: "switch" }
  | { readonly kind: "choice"; readonly choices: readonly Choice[] }
  /** Any number of the choices, each once. */
  | { readonly kind: "choices"; readonly choices: readonly Choice[] }
  | {
      readonly kind: "list";
      /** The schema of the item at a place. */
      readonly itemAt: (index: number) => unknown;
      readonly least: number;
      readonly most: number;
    }
  | {
      readonly kind: "group";
      readonly members: readonly Member[];
      /** The schema of members that have no name in the schema; undefined where there may be none. */
      readonly others?: unknown;
    }
  | { readonly kind: "variants"; readonly variants: readonly Variant[] }
  | { readonly kind: "constant"; readonly value: unknown }
  /** Nothing is known of it, or no field can be made of it. */
  | { readonly kind: "json"; readonly problem?: "never" | "unresolved" };

export interface Member {
  readonly name: string;
  readonly schema: unknown;
  readonly required: boolean;
}

export interface Field {
  readonly title: string | undefined;
  readonly description: string | undefined;
  readonly nullable: boolean;
  readonly defaultValue: unknown;
  readonly deprecated: boolean;
  readonly shape: FieldShape;
}

/** The field for a value of this schema. Of its parts only the schemas are given: whoever opens one asks again. */
export function fieldOf(given: unknown, root: unknown): Field {
  const { schema, nullable, problem } = readSchema(given, root);
  return {
    title: text(schema.title),
    description: text(schema.description),
    nullable,
    defaultValue: schema.default,
    deprecated: schema.deprecated === true,
    shape: problem === undefined ? shapeOf(schema, root) : { kind: "json", problem },
  };
}

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value.trim() !== "" ? value : undefined;

function shapeOf(schema: JsonObject, root: unknown): FieldShape {
  if (Object.hasOwn(schema, "const")) return { kind: "constant", value: schema.const };
  const choices = choicesOf(schema, root);
  if (choices !== undefined) return { kind: "choice", choices };
  const variants = variantsOf(schema, root);
  if (variants !== undefined) return { kind: "variants", variants };
  switch (typeOf(schema)) {
    case "boolean":
      return { kind: "switch" };
    case "string":
      return textShape(schema);
    case "number":
    case "integer":
      return numberShape(schema);
    case "array":
      return listShape(schema, root);
    case "object":
      return groupShape(schema);
    case "null":
      return { kind: "constant", value: null };
    default:
      return { kind: "json" };
  }
}

/** The type that a schema names, or that its other keywords are about. */
function typeOf(schema: JsonObject): unknown {
  const { type } = schema;
  if (typeof type === "string") return type;
  if (Array.isArray(type)) return type[0];
  const of: Readonly<Record<string, readonly string[]>> = {
    object: ["properties", "additionalProperties", "patternProperties", "required"],
    array: ["items", "prefixItems", "minItems"],
    string: ["pattern", "minLength", "maxLength", "format"],
    number: ["minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"],
  };
  return Object.keys(of).find((name) => of[name]?.some((keyword) => Object.hasOwn(schema, keyword)));
}

/** The values of `enum`, or of `oneOf` and `anyOf` where each of them is one value (MCP, elicitation, has titles there). */
function choicesOf(schema: JsonObject, root: unknown): readonly Choice[] | undefined {
  const { enum: values, enumNames } = schema;
  if (Array.isArray(values) && values.length > 0) {
    const names = Array.isArray(enumNames) ? enumNames : [];
    return values.map((value, at) => ({ label: text(names[at]) ?? labelOf(value), value }));
  }
  for (const all of [schema.oneOf, schema.anyOf]) {
    if (!Array.isArray(all) || all.length === 0) continue;
    const read = all.map((one) => readSchema(one, root).schema);
    if (!read.every((one) => Object.hasOwn(one, "const"))) continue;
    return read.map((one) => {
      const description = text(one.description);
      return {
        label: text(one.title) ?? labelOf(one.const),
        value: one.const,
        ...(description !== undefined && { description }),
      };
    });
  }
  return undefined;
}

/** A value as a short text: texts as they are, anything else as JSON. */
export const labelOf = (value: unknown): string =>
  typeof value === "string" && value !== "" ? value : (JSON.stringify(value) ?? "");

function variantsOf(schema: JsonObject, root: unknown): readonly Variant[] | undefined {
  const { oneOf, anyOf, ...common } = schema;
  const all = [oneOf, anyOf].find((one) => Array.isArray(one) && one.length > 0) as readonly unknown[] | undefined;
  if (all !== undefined) {
    // Alternatives that only say which members have to be there are no forms of their own.
    if (all.every((one) => isJsonObject(one) && Object.keys(one).every((keyword) => keyword === "required")))
      return undefined;
    const { title: _, description: __, default: ___, ...shared } = common;
    return all.map((one, at) => {
      const { schema: read, problem } = readSchema(one, root);
      const joined = Object.keys(shared).length === 0 || problem !== undefined ? one : { allOf: [shared, one] };
      return { label: variantLabel(read, at), schema: joined };
    });
  }
  const { type } = schema;
  if (!Array.isArray(type) || type.length < 2) return undefined;
  return type.map((one) => ({ label: String(one), schema: { ...schema, type: one } }));
}

function variantLabel(schema: JsonObject, at: number): string {
  const constant = Object.entries(recordOf(schema.properties)).find(([, one]) => isJsonObject(one) && "const" in one);
  const named = constant && `${constant[0]}: ${labelOf((constant[1] as JsonObject).const)}`;
  return (
    text(schema.title) ?? named ?? text(schema.description)?.slice(0, 60) ?? `${at + 1}: ${typeOf(schema) ?? "any"}`
  );
}

/** The names that texts of several lines go by. */
const longTexts =
  /(?:^|[_.-])(?:body|content|text|message|description|query|sql|prompt|code|script|markdown|html|notes?|comment|summary|instructions)$/i;
/** A text of at least this many characters wants more than a line. */
const LONG_TEXT = 200;

function textShape(schema: JsonObject): FieldShape {
  const { format, maxLength, examples } = schema;
  const inputs = {
    email: "email",
    "idn-email": "email",
    uri: "url",
    url: "url",
    date: "date",
    time: "time",
    password: "password",
  };
  const known = typeof format === "string" && Object.hasOwn(inputs, format) ? inputs[format as "email"] : undefined;
  const isLong =
    (typeof maxLength === "number" && maxLength >= LONG_TEXT) ||
    ["textarea", "markdown", "multiline", "html"].includes(String(format)) ||
    schema.contentMediaType !== undefined ||
    (typeof schema.default === "string" && schema.default.includes("\n"));
  const suggestions = stringsOf(examples);
  const samples = {
    "date-time": "2026-11-27T09:30:00Z",
    duration: "P1DT2H",
    uuid: "00000000-0000-0000-0000-000000000000",
    ipv4: "192.0.2.1",
  };
  const sample = typeof format === "string" && Object.hasOwn(samples, format) ? samples[format as "uuid"] : "";
  return {
    kind: "text",
    input: (known as "email" | undefined) ?? (isLong ? "lines" : "line"),
    placeholder: suggestions[0] ?? sample,
    suggestions,
  };
}

/** Whether a text under this name is likely to have lines; only where its schema says nothing else. */
export const isLongText = (name: string): boolean => longTexts.test(name);

function numberShape(schema: JsonObject): FieldShape {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const isInteger = schema.type === "integer";
  const finite = (value: unknown): number | undefined =>
    typeof value === "number" && Number.isFinite(value) ? value : undefined;
  const least = finite(minimum) ?? finite(exclusiveMinimum);
  const most = finite(maximum) ?? finite(exclusiveMaximum);
  const step = finite(multipleOf) ?? 1;
  return {
    kind: "number",
    isInteger,
    step: step > 0 ? step : 1,
    ...(least !== undefined && { least }),
    ...(most !== undefined && { most }),
  };
}

/** The most boxes to tick; of more values each is chosen from a list. */
const MOST_BOXES = 30;

function listShape(schema: JsonObject, root: unknown): FieldShape {
  const { items, prefixItems, additionalItems, minItems, maxItems, uniqueItems } = schema;
  const first = Array.isArray(prefixItems) ? prefixItems : Array.isArray(items) ? items : [];
  const rest = Array.isArray(items) ? additionalItems : items;
  if (first.length === 0 && uniqueItems === true) {
    const { schema: item } = readSchema(rest, root);
    const choices = choicesOf(item, root);
    if (choices !== undefined && choices.length <= MOST_BOXES) return { kind: "choices", choices };
  }
  const count = (value: unknown, otherwise: number): number =>
    typeof value === "number" && value >= 0 ? value : otherwise;
  return {
    kind: "list",
    itemAt: (index) => (index < first.length ? first[index] : rest),
    least: count(minItems, 0),
    most: Math.min(count(maxItems, Number.POSITIVE_INFINITY), rest === false ? first.length : Number.POSITIVE_INFINITY),
  };
}

function groupShape(schema: JsonObject): FieldShape {
  const required = stringsOf(schema.required);
  const properties = recordOf(schema.properties);
  const names = [...new Set([...Object.keys(properties), ...required])];
  const members = names.map((name) => ({ name, schema: properties[name], required: required.includes(name) }));
  const patterns = Object.values(recordOf(schema.patternProperties));
  const { additionalProperties } = schema;
  // Anything may be added to most objects; it is offered where the schema speaks of it, or says nothing else.
  const others =
    additionalProperties !== undefined && additionalProperties !== false
      ? additionalProperties
      : patterns.length > 0
        ? patterns[0]
        : names.length === 0 && additionalProperties !== false
          ? true
          : undefined;
  return { kind: "group", members, ...(others !== undefined && { others }) };
}
