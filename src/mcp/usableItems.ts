import { isJsonObject, isTexts } from "../lib/json/jsonObject.ts";
import type { ListMethod } from "./lists.ts";
import type { Json } from "./passThrough.ts";
import { usableMembers } from "./usableMembers.ts";

/** Called for each item of a list that is left out: which one, and why. */
export type OnLeftOut = (item: string, reason: string) => void;

/** The member by which items of a list are told apart and asked for. */
const nameOf: Readonly<Record<ListMethod, string>> = {
  "tools/list": "name",
  "prompts/list": "name",
  "resources/list": "uri",
  "resources/templates/list": "uriTemplate",
};

/**
 * The items of a list that a caller can use, as they are. Readers of the SDK's kind refuse a whole list for one that has
 * not what the revisions demand of it (2025-11-25 and 2026-07-28, schema), and nobody could ask for it.
 *
 * A schema for arguments that does not say what they are says it here, since they are an object always. A member that is null, of
 * another type, or that PHP writes as a list where an object belongs, is as if it were not there.
 */
export function usableItems(method: ListMethod, items: readonly unknown[], onLeftOut: OnLeftOut): readonly Json[] {
  return items.flatMap((item, index) => {
    const reason = whyUnusable(method, item);
    if (reason !== undefined) {
      onLeftOut(labelOf(item, nameOf[method]) ?? `number ${index + 1}`, reason);
      return [];
    }
    const usable = usableMembers(item as Json);
    return [method === "tools/list" ? withTypedSchema(usable) : withName(method, usable)];
  });
}

function whyUnusable(method: ListMethod, item: unknown): string | undefined {
  if (!isJsonObject(item)) return "it is no object";
  const name = nameOf[method];
  if (labelOf(item, name) === undefined) return `it has no ${name}`;
  if (method !== "tools/list") return undefined;
  const { inputSchema } = item;
  if (inputSchema === undefined || inputSchema === null) return "it has no inputSchema";
  const isOfObjects =
    isJsonObject(inputSchema) && [undefined, "object"].includes(inputSchema.type as string | undefined);
  return isOfObjects ? undefined : "its inputSchema is not one of an object";
}

/** A resource is asked for by its address, and readers want it to have a name besides. */
const withName = (method: ListMethod, item: Json): Json =>
  labelOf(item, "name") === undefined ? { ...item, name: item[nameOf[method]] } : item;

function withTypedSchema(tool: Json): Json {
  const { type, ...members } = tool.inputSchema as Json;
  const all = Object.entries(members);
  const usable = all.filter(
    ([name, value]) =>
      value !== null && (name !== "properties" || isJsonObject(value)) && (name !== "required" || isTexts(value)),
  );
  const isAsItIs = type === "object" && usable.length === all.length;
  const typed = isAsItIs ? tool : { ...tool, inputSchema: { type: "object", ...Object.fromEntries(usable) } };
  return ["inputSchema", "outputSchema"].reduce(withSchemasByName, typed);
}

/** The properties of a schema as objects: readers refuse `true` and `false` there, which mean any value and none (JSON Schema, 4.3.2). */
function withSchemasByName(tool: Json, name: string): Json {
  const schema = tool[name];
  if (!isJsonObject(schema) || !isJsonObject(schema.properties)) return tool;
  const all = Object.entries(schema.properties);
  if (all.every(([, value]) => isJsonObject(value))) return tool;
  const properties = all.flatMap(([key, value]) =>
    isJsonObject(value) ? [[key, value]] : typeof value === "boolean" ? [[key, value ? {} : { not: {} }]] : [],
  );
  return { ...tool, [name]: { ...schema, properties: Object.fromEntries(properties) } };
}

function labelOf(item: unknown, name: string): string | undefined {
  const label = isJsonObject(item) ? item[name] : undefined;
  return typeof label === "string" && label !== "" ? label : undefined;
}
