import { isJsonObject, type JsonObject } from "../lib/json/jsonObject.ts";

/** The parameters of an `initialize` that every reader takes as they are. */
export interface PlainInitialize {
  readonly protocolVersion: string;
  readonly capabilities: JsonObject;
  readonly clientInfo: { readonly name: string; readonly version: string; readonly title?: string };
}

/**
 * Whether the parameters of an `initialize` say nothing about which the SDK's schemas would have to be asked
 * (2025-11-25, basic/lifecycle), which a program takes longer to make than to answer. What it is false for may be good too.
 */
export function isPlainInitialize(params: unknown): params is PlainInitialize {
  if (!isJsonObject(params)) return false;
  const { protocolVersion, capabilities, clientInfo, ...others } = params;
  if (typeof protocolVersion !== "string" || Object.keys(others).length > 0) return false;
  return isPlainClient(clientInfo) && arePlain(capabilities);
}

const isPlainClient = (client: unknown): boolean =>
  isJsonObject(client) &&
  typeof client.name === "string" &&
  typeof client.version === "string" &&
  Object.entries(client).every(([name, value]) => clientMembers.has(name) && typeof value === "string");

/** Capabilities that are objects of objects, but for the one that has a flag. */
function arePlain(capabilities: unknown): boolean {
  if (!isJsonObject(capabilities)) return false;
  const { roots = {}, ...others } = capabilities;
  if (!isJsonObject(roots) || Object.keys(roots).some((name) => name !== "listChanged")) return false;
  if (!["boolean", "undefined"].includes(typeof roots.listChanged)) return false;
  return Object.entries(others).every(
    ([name, value]) => capabilityNames.has(name) && isJsonObject(value) && Object.values(value).every(isEmpty),
  );
}

const isEmpty = (value: unknown): boolean => isJsonObject(value) && Object.keys(value).length === 0;

const clientMembers = new Set(["name", "version", "title"]);
const capabilityNames = new Set(["sampling", "elicitation", "experimental", "extensions"]);
