import { type JSONRPCMessage, PROTOCOL_VERSION_META_KEY } from "@modelcontextprotocol/client";
import type { Json } from "./passThrough.ts";

/** What follows from the connection or the message itself, and is not for whoever sends it to say otherwise. */
const ours = new Set([
  ...["authorization", "dpop", "content-type", "mcp-protocol-version", "mcp-method", "mcp-name", "mcp-session-id"],
]);

/** Which parameter a request repeats in `Mcp-Name` (2026-07-28, basic/transports, standard headers). */
const nameOf: Readonly<Record<string, string>> = {
  "tools/call": "name",
  "prompts/get": "name",
  "resources/read": "uri",
  "tasks/get": "taskId",
  "tasks/update": "taskId",
  "tasks/cancel": "taskId",
};

/** @param given what is accepted beside what the protocol wants */
export function accepting(given: string | undefined, ...types: readonly string[]): string {
  if (given === undefined) return types.join(", ");
  return [...new Set([...given.split(",").map((type) => type.trim().toLowerCase()), ...types])].join(", ");
}

/** The headers given with one request, without those that are the transport's own. */
export function givenHeaders(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return Object.fromEntries(lower.filter(([name]) => !ours.has(name)));
}

/** The revision that a request names itself, as those of 2026-07-28 do. */
export function namedVersion(message: JSONRPCMessage): string | undefined {
  if (!("method" in message && "id" in message)) return undefined;
  const version = (message.params?._meta as Json | undefined)?.[PROTOCOL_VERSION_META_KEY];
  return typeof version === "string" ? version : undefined;
}

/** What a request of 2026-07-28 says of itself in headers too, for those who route by them; nothing for an earlier one. */
export function routingHeaders(message: JSONRPCMessage): Record<string, string> {
  const version = namedVersion(message);
  if (version === undefined || !("method" in message)) return {};
  const { method, params } = message;
  const name = Object.hasOwn(nameOf, method) ? (params as Json)[nameOf[method] as string] : undefined;
  return {
    "mcp-protocol-version": version,
    "mcp-method": method,
    ...(typeof name === "string" && { "mcp-name": headerText(name) }),
  };
}

const BEFORE = "=?base64?";
const AFTER = "?=";

/** A text as a header's value: as it is where it can be, or in base64 (2026-07-28, basic/transports, value encoding). */
function headerText(text: string): string {
  const isPlain = /^[\t\x20-\x7e]+$/.test(text) && text === text.trim();
  if (isPlain && !(text.startsWith(BEFORE) && text.endsWith(AFTER))) return text;
  return `${BEFORE}${btoa(String.fromCharCode(...new TextEncoder().encode(text)))}${AFTER}`;
}
