import type { Json } from "../../mcp/passThrough.ts";

export const REDACTED = "REDACTED";

/** The parameters that say what was asked for and not with what. All others are taken out. */
const kept = new Set(["name", "uri", "level", "cursor", "protocolVersion", "clientInfo", "capabilities"]);

/** Longer than any name in the protocol: a tool's has 256 characters at most at AgentCore. */
const LONGEST = 512;
const MOST_MESSAGES = 100;

/**
 * A JSON-RPC message, or several, as it may be put down: its method and what it names, but no argument, no answer of a
 * person and no result. What is not known to be harmless is `REDACTED`.
 */
export function redacted(body: unknown): unknown {
  if (Array.isArray(body)) return body.slice(0, MOST_MESSAGES).map(redacted);
  if (typeof body !== "object" || body === null) return undefined;
  const { jsonrpc, id, method, params, result, error } = body as Json;
  return {
    ...(id !== undefined && { id: brief(id) }),
    ...(method !== undefined && { method: brief(method) }),
    ...(params !== undefined && { params: redactedParams(params) }),
    ...(result !== undefined && { result: REDACTED }),
    ...(error !== undefined && { error: REDACTED }),
    ...(jsonrpc !== undefined && { jsonrpc: brief(jsonrpc) }),
  };
}

function redactedParams(params: unknown): unknown {
  if (typeof params !== "object" || params === null) return REDACTED;
  const names = Object.keys(params).slice(0, MOST_MESSAGES);
  return Object.fromEntries(
    names.map((name) => [brief(name), kept.has(name) ? value(name, (params as Json)[name]) : REDACTED]),
  );
}

function value(name: string, given: unknown): unknown {
  if (name === "uri") return typeof given === "string" ? brief(withoutSecrets(given)) : REDACTED;
  if (name === "clientInfo") {
    const { name: client, version } = { ...(given as Json | undefined) };
    return { name: brief(client), version: brief(version) };
  }
  if (name === "capabilities")
    return typeof given === "object" && given !== null ? Object.keys(given).slice(0, 20).map(brief) : REDACTED;
  return brief(given);
}

/** Whoever has a secret in an address has it before the host (RFC 3986, 3.2.1) or behind the question mark. */
const withoutSecrets = (uri: string) =>
  uri.replace(/[?#].*$/s, `?${REDACTED}`).replace(/^([a-z][a-z\d+.-]*:[/\\]*)[^/\\]*@/i, `$1${REDACTED}@`);

/** A text or number that is no longer than it has to be. */
function brief(given: unknown): unknown {
  if (typeof given === "number" || given === null) return given;
  return typeof given === "string" ? given.slice(0, LONGEST) : REDACTED;
}
