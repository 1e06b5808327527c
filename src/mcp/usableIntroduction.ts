import { isJsonObject, type JsonObject, withoutNulls } from "../lib/json/jsonObject.ts";

/** What a server speaks that does not say it (2025-11-25, basic/transports, protocol version header). */
const ASSUMED_REVISION = "2025-03-26";

/**
 * The result with which a server of the revisions before 2026-07-28 introduces itself, with the members that readers of the SDK's
 * kind insist on: they refuse the whole connection for `instructions: null`, or for a version that is missing.
 *
 * @returns the result as it is, where it introduces nobody
 */
export function usableIntroduction(result: JsonObject): JsonObject {
  const { protocolVersion, serverInfo, capabilities, instructions, _meta } = result;
  const isOne = [protocolVersion, serverInfo, capabilities].some((member) => member !== undefined);
  if (!isOne || "content" in result || "supportedVersions" in result) return result;
  return {
    ...result,
    protocolVersion: typeof protocolVersion === "string" ? protocolVersion : ASSUMED_REVISION,
    serverInfo: usableImplementation(serverInfo),
    capabilities: usableCapabilities(capabilities),
    instructions: typeof instructions === "string" ? instructions : undefined,
    _meta: isJsonObject(_meta) ? _meta : undefined,
  };
}

function usableImplementation(value: unknown): JsonObject {
  const { name, version, icons, ...others } = isJsonObject(value) ? value : {};
  const texts = Object.entries(others).filter(([, member]) => typeof member === "string");
  return {
    ...Object.fromEntries(texts),
    name: typeof name === "string" ? name : "unnamed",
    version: typeof version === "string" || typeof version === "number" ? String(version) : "unknown",
    ...(Array.isArray(icons) && { icons }),
  };
}

function usableCapabilities(value: unknown): JsonObject {
  if (!isJsonObject(value)) return {};
  const announced = Object.entries(value).filter(([, capability]) => capability !== null && capability !== false);
  return Object.fromEntries(announced.map(([name, one]) => [name, isJsonObject(one) ? withoutNulls(one) : {}]));
}
