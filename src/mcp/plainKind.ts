import { isJsonObject, type JsonObject } from "../lib/json/jsonObject.ts";
import { isPlainMeta } from "./wire/carriedResult.ts";

export type MessageKind = "Request" | "Notification" | "ResultResponse" | "ErrorResponse";

/**
 * What kind of JSON-RPC message a value plainly is, as the SDK's schemas would say it: they take several times what
 * `JSON.parse` does, and have nothing to say about most messages.
 *
 * @returns `undefined` where they are to be asked
 */
export function plainKind(value: unknown): MessageKind | undefined {
  if (typeof value !== "object" || value === null || (value as JsonObject).jsonrpc !== "2.0") return undefined;
  return isPlainResult(value as JsonObject) ? "ResultResponse" : plainRequestKind(value as JsonObject);
}

function isPlainResult(value: JsonObject): boolean {
  const { id, result } = value;
  return (
    isId(id) &&
    isJsonObject(result) &&
    (result._meta === undefined || isPlainMeta(result._meta)) &&
    hasMembers(value, 3)
  );
}

/** A request or notification about which the schemas have nothing to say. */
function plainRequestKind(value: JsonObject): MessageKind | undefined {
  const { id, method, params } = value;
  if (typeof method !== "string" || (id !== undefined && !isId(id))) return undefined;
  if (params !== undefined && (!isJsonObject(params) || !isUsableMeta(params._meta))) return undefined;
  if (!hasMembers(value, 2 + (id !== undefined ? 1 : 0) + (params !== undefined ? 1 : 0))) return undefined;
  return id === undefined ? "Notification" : "Request";
}

/** Of all that `_meta` may have, the schemas look at two members. */
function isUsableMeta(meta: unknown): boolean {
  if (meta === undefined) return true;
  if (!isJsonObject(meta) || Object.hasOwn(meta, "io.modelcontextprotocol/related-task")) return false;
  return meta.progressToken === undefined || isId(meta.progressToken);
}

const isId = (id: unknown): boolean => typeof id === "string" || Number.isSafeInteger(id);

const hasMembers = (value: JsonObject, count: number): boolean => Object.keys(value).length === count;
