import { isJsonObject, type JsonObject } from "../../lib/json/jsonObject.ts";

/**
 * The result of a tool for whoever reads it in a shell: its texts, each as it is; what is no text as one line that says what it
 * is. A result with structured content alone is that, as JSON (2025-11-25, server/tools).
 */
export function toolResultText({ content, structuredContent }: JsonObject): string {
  const parts = Array.isArray(content) ? content.map(partText).filter((text) => text !== undefined) : [];
  if (parts.length > 0) return parts.join("\n");
  return structuredContent === undefined ? "" : JSON.stringify(structuredContent, undefined, 2);
}

function partText(part: unknown): string | undefined {
  if (!isJsonObject(part)) return undefined;
  const { type, text, mimeType, data, uri, resource } = part;
  switch (type) {
    case "text":
      return typeof text === "string" ? text : undefined;
    case "resource":
      return isJsonObject(resource) && typeof resource.text === "string"
        ? resource.text
        : placeholder("resource", isJsonObject(resource) ? resource.uri : undefined);
    case "resource_link":
      return placeholder("resource", uri);
    default:
      return placeholder(String(type), mimeType, typeof data === "string" ? data.length : undefined);
  }
}

/** `--json` has all of it. */
const placeholder = (kind: string, what: unknown, length?: number): string =>
  `[${kind}${typeof what === "string" ? ` ${what}` : ""}${length === undefined ? "" : `, ${length} characters of Base64`}]`;
