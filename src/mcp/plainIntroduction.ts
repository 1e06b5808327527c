import { isJsonObject, type JsonObject } from "../lib/json/jsonObject.ts";
import { isPlainMeta } from "./wire/carriedResult.ts";

/** What the SDK says of a message that it has put to the schema of its method. */
export type Judged =
  | { readonly ok: true; readonly value: JsonObject }
  | { readonly ok: false; readonly reason: "invalid"; readonly message: string };

/**
 * What the SDK's schemas say of the result with which a server introduces itself, where that is plain: with the first of
 * them a program loads zod, which takes longer than all else it does until its tools are listed, and most need it for
 * nothing else.
 *
 * @param era the revision whose schemas would be asked: `initialize` is of 2025-11-25, `server/discover` of 2026-07-28
 * @returns `undefined` where they are to be asked
 */
export function plainResult(era: "2025-11-25" | "2026-07-28", method: string, raw: unknown): Judged | undefined {
  if (method !== (era === "2025-11-25" ? "initialize" : "server/discover")) return undefined;
  // The SDK asks this to see whether the revision has the method at all.
  if (raw === undefined) return { ok: false, reason: "invalid", message: "no result" };
  if (!isPlainObject(raw)) return undefined;
  const isPlain = method === "initialize" ? isPlainInitialized(raw) : isPlainDiscovered(raw);
  return isPlain ? { ok: true, value: raw } : undefined;
}

function isPlainInitialized({ _meta, protocolVersion, serverInfo, capabilities, instructions }: JsonObject): boolean {
  return (
    typeof protocolVersion === "string" &&
    isPlainImplementation(serverInfo) &&
    arePlain(capabilities) &&
    isTextOrAbsent(instructions) &&
    (_meta === undefined || (isPlainObject(_meta) && isPlainMeta(_meta)))
  );
}

function isPlainDiscovered(result: JsonObject): boolean {
  const { _meta = {}, resultType, ttlMs, cacheScope, supportedVersions, capabilities, instructions } = result;
  return (
    typeof resultType === "string" &&
    Number.isSafeInteger(ttlMs) &&
    Number(ttlMs) >= 0 &&
    (cacheScope === "public" || cacheScope === "private") &&
    Array.isArray(supportedVersions) &&
    supportedVersions.every((version) => typeof version === "string") &&
    arePlain(capabilities) &&
    isTextOrAbsent(instructions) &&
    isPlainObject(_meta) &&
    (_meta[SERVER_INFO] === undefined || isPlainImplementation(_meta[SERVER_INFO]))
  );
}

/** What they say of a subscription that the server acknowledges (2026-07-28, basic/subscriptions); `undefined` as above. */
export function plainNotification(method: string, raw: unknown): Judged | undefined {
  if (method !== "notifications/subscriptions/acknowledged" || !isPlainObject(raw)) return undefined;
  const { params } = raw;
  if (raw.method !== method || !isPlainObject(params)) return undefined;
  const { _meta = {}, notifications, ...others } = params;
  if (Object.keys(others).length > 0 || !isPlainObject(_meta) || !isIdOrAbsent(_meta[SUBSCRIPTION_ID]))
    return undefined;
  if (!isPlainObject(notifications) || !haveFlags(notifications, subscribed)) return undefined;
  return { ok: true, value: { method, params } };
}

/** Whether they take this for what a program says of itself, and have nothing to leave out of it. */
export const isPlainImplementation = (value: unknown): boolean =>
  isPlainObject(value) &&
  typeof value.name === "string" &&
  typeof value.version === "string" &&
  Object.entries(value).every(([name, member]) => implementationMembers.has(name) && typeof member === "string");

/** Capabilities that both revisions know, with nothing in them that a schema would leave out. */
function arePlain(capabilities: unknown): boolean {
  if (!isPlainObject(capabilities)) return false;
  return Object.entries(capabilities).every(([name, value]) => {
    if (!isPlainObject(value)) return false;
    const flags = listCapabilities[name];
    if (flags !== undefined) return haveFlags(value, flags);
    if (name === "logging" || name === "completions") return isFlat(value);
    return (
      (name === "extensions" || name === "experimental") &&
      Object.values(value).every((extension) => isPlainObject(extension) && isFlat(extension))
    );
  });
}

const haveFlags = (value: JsonObject, flags: ReadonlySet<string>): boolean =>
  Object.entries(value).every(([name, flag]) => flags.has(name) && typeof flag === "boolean");

const isFlat = (value: JsonObject): boolean =>
  Object.values(value).every((member) => typeof member === "string" || typeof member === "boolean");

/** A member of this name would be lost in a copy. */
const isPlainObject = (value: unknown): value is JsonObject =>
  isJsonObject(value) && !Object.hasOwn(value, "__proto__");

const isTextOrAbsent = (value: unknown): boolean => value === undefined || typeof value === "string";
const isIdOrAbsent = (id: unknown): boolean => isTextOrAbsent(id) || Number.isSafeInteger(id);

const SERVER_INFO = "io.modelcontextprotocol/serverInfo";
const SUBSCRIPTION_ID = "io.modelcontextprotocol/subscriptionId";
const implementationMembers = new Set(["name", "version", "title", "websiteUrl", "description"]);
const subscribed = new Set(["toolsListChanged", "promptsListChanged", "resourcesListChanged"]);
const listCapabilities: Readonly<Record<string, ReadonlySet<string> | undefined>> = Object.assign(Object.create(null), {
  tools: new Set(["listChanged"]),
  prompts: new Set(["listChanged"]),
  resources: new Set(["listChanged", "subscribe"]),
});
