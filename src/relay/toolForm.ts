import type { Listed } from "./catalogue.ts";

/** One argument a person can be asked for by itself. */
export interface ToolField {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  readonly type: "string" | "number" | "integer" | "boolean" | "choice";
  readonly choices: readonly string[];
  readonly defaultValue: string;
}

/** How to ask for a tool's arguments: one by one where they are simple and few, as JSON otherwise. */
export type ToolForm =
  | { readonly kind: "fields"; readonly fields: readonly ToolField[] }
  | { readonly kind: "json"; readonly template: string };

const mostFields = 6;

/** Reads the form out of a tool's input schema (MCP 2025-11-25, tools). */
export function toolForm(tool: Listed): ToolForm {
  const schema = recordOf(tool.inputSchema);
  const properties = Object.entries(recordOf(schema.properties)).map(
    ([name, value]) => [name, recordOf(value)] as const,
  );
  const required = new Set(Array.isArray(schema.required) ? schema.required.map(String) : []);
  const described = new Map(properties);
  const fields = properties.map(([name, property]) => fieldOf(name, property, required.has(name)));
  const simple = fields.every((field) => field !== undefined) && [...required].every((name) => described.has(name));
  if (simple && fields.length <= mostFields) {
    return { kind: "fields", fields: [...fields].sort((one, other) => Number(other.required) - Number(one.required)) };
  }
  const template = Object.fromEntries([...required].map((name) => [name, described.get(name)?.default ?? null]));
  return { kind: "json", template: JSON.stringify(template) };
}

/** A gateway may send anything as a schema. */
const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? { ...value } : {};

/** What was typed into a field, as JSON; a text that is no number stays one, for the schema to refuse in words. */
export function fieldValue(field: ToolField, text: string): unknown {
  switch (field.type) {
    case "number":
    case "integer":
      return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
    case "boolean":
      return text === "true" ? true : text === "false" ? false : text;
    default:
      return text;
  }
}

function fieldOf(name: string, property: Readonly<Record<string, unknown>>, required: boolean): ToolField | undefined {
  const common = {
    name,
    required,
    description: typeof property.description === "string" ? property.description : "",
    defaultValue: ["string", "number", "boolean"].includes(typeof property.default) ? String(property.default) : "",
  };
  const { enum: values, type } = property;
  if (Array.isArray(values) && values.length > 0 && values.every((value) => typeof value === "string")) {
    return { ...common, type: "choice", choices: values };
  }
  if (type === "boolean") return { ...common, type, choices: ["true", "false"] };
  if (type === "string" || type === "number" || type === "integer") return { ...common, type, choices: [] };
  return undefined;
}
