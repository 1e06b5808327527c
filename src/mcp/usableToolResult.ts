import { isJsonObject, type JsonObject, withoutNulls } from "../lib/json/jsonObject.ts";
import type { Json } from "./passThrough.ts";
import { carriedBytes } from "./wire/carriedResult.ts";

/** What a part of a result may be (2025-11-25, schema, ContentBlock). */
const types = new Set(["text", "image", "audio", "resource", "resource_link"]);

/**
 * The result of a tool as the revisions until 2025-11-25 have it (server/tools), where what it means is plain all the same. Hosts of
 * the official SDK refuse a result for one member that is null, or a list where an object belongs, and the work that it tells of
 * would be lost. What is there is kept: what is no part of a result is told as text.
 *
 * @param result with a tool's own words in it; one that is carried was looked at when it was read
 */
export function usableToolResult(result: Json): Json {
  if (carriedBytes(result) !== undefined) return result;
  // A task, for instance, has neither.
  if (!("content" in result) && !("structuredContent" in result)) return result;
  const { content, structuredContent, isError, ...others } = withoutNulls(result);
  const structured = isJsonObject(structuredContent) ? structuredContent : undefined;
  const parts = content ?? (structuredContent === undefined ? [] : JSON.stringify(structuredContent));
  return {
    ...others,
    content: partsOf(parts),
    ...(structured && { structuredContent: structured }),
    ...(isError !== undefined && { isError: isTrue(isError) }),
  };
}

const isTrue = (value: unknown): boolean => value === true || value === 1 || value === "true";

const partsOf = (content: unknown): readonly Json[] =>
  [content].flat().flatMap((part: unknown) => (part === null || part === undefined ? [] : [partOf(part)]));

function partOf(given: unknown): Json {
  if (!isJsonObject(given)) return textPart(given);
  const part = withoutNulls(given);
  const { type = "text" } = part;
  if (!types.has(String(type))) return textPart(part.text ?? part);
  if (type === "text") {
    const text = "text" in part ? part.text : "type" in part ? "" : part;
    return typeof part.text === "string" && "type" in part ? part : { ...knownOf(part), ...textPart(text) };
  }
  return isJsonObject(part.resource) ? { ...part, resource: withoutNulls(part.resource) } : part;
}

const knownOf = ({ annotations, _meta }: JsonObject): Json => ({
  ...(isJsonObject(annotations) && { annotations }),
  ...(isJsonObject(_meta) && { _meta }),
});

const textPart = (value: unknown): Json => ({
  type: "text",
  text: typeof value === "string" ? value : JSON.stringify(value),
});
