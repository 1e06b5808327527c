import { isJsonObject } from "../lib/json/jsonObject.ts";
import type { ListMethod } from "./lists.ts";
import type { Json } from "./passThrough.ts";

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
 * A schema for arguments that does not say what they are says it here, since they are an object always.
 */
export function usableItems(method: ListMethod, items: readonly unknown[], onLeftOut: OnLeftOut): readonly Json[] {
  return items.flatMap((item, index) => {
    const reason = whyUnusable(method, item);
    if (reason !== undefined) {
      onLeftOut(labelOf(item, nameOf[method]) ?? `number ${index + 1}`, reason);
      return [];
    }
    return [method === "tools/list" ? withTypedSchema(item as Json) : (item as Json)];
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

function withTypedSchema(tool: Json): Json {
  const schema = tool.inputSchema as Json;
  return schema.type === undefined ? { ...tool, inputSchema: { type: "object", ...schema } } : tool;
}

function labelOf(item: unknown, name: string): string | undefined {
  const label = isJsonObject(item) ? item[name] : undefined;
  return typeof label === "string" && label !== "" ? label : undefined;
}
