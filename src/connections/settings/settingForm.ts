import { isValidValue, type ValueSchema } from "../../lib/json/validValue.ts";

/** How a person gives the value of a setting: by choosing one, by typing it, or as JSON where it has members of its own. */
export type SettingForm =
  | { readonly kind: "choice"; readonly values: readonly (string | boolean)[] }
  | { readonly kind: "typed"; readonly isList: boolean }
  /** One of several members, whose value is typed: a place where a secret is read. */
  | { readonly kind: "member"; readonly members: Readonly<Record<string, ValueSchema>> }
  | { readonly kind: "json" };

export function settingForm({ type, enum: values, items, properties, maxProperties }: ValueSchema): SettingForm {
  if (values) return { kind: "choice", values };
  if (type === "boolean") return { kind: "choice", values: [true, false] };
  if (type === "string" || type === "integer") return { kind: "typed", isList: false };
  if (type === "array" && (items?.type === "string" || items?.type === "integer"))
    return { kind: "typed", isList: true };
  if (type === "object" && properties && maxProperties === 1) return { kind: "member", members: properties };
  return { kind: "json" };
}

/** The value that somebody typed for a setting; undefined where it cannot be used. Parts of a list have spaces between them. */
export function typedValue(typed: string, schema: ValueSchema): unknown {
  const parts = schema.type === "array" ? typed.split(/\s+/).filter((part) => part !== "") : [typed.trim()];
  const one = schema.type === "array" ? (schema.items ?? {}) : schema;
  const values = parts.map((part) => (one.type === "integer" && part !== "" ? Number(part) : part));
  const value = schema.type === "array" ? values : values[0];
  if (one.format === "uri" && !parts.every((part) => URL.canParse(part))) return undefined;
  return isValidValue(value, schema) ? value : undefined;
}

/** A value as it is typed, and as it stands in a line. */
export function settingText(value: unknown): string {
  if (Array.isArray(value) && value.every((one) => typeof one !== "object")) return value.join(" ");
  return typeof value === "string" ? value : JSON.stringify(value);
}
