import type { Json } from "../../mcp/passThrough.ts";

export const REDACTED = "REDACTED";

/** The parameters that name what was called. The values of all others are removed. */
const kept = new Set(["name", "uri", "level", "cursor", "protocolVersion", "clientInfo", "capabilities"]);

/** Longer than any name in the protocol: AgentCore allows a tool's name 256 characters. */
const LONGEST = 512;
const MOST_MESSAGES = 100;

/**
 * One or more JSON-RPC messages as the audit may record them: the method and the names, but no arguments, no answers of
 * people and no results. Every value that is not known to be harmless becomes `REDACTED`.
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

/** Secrets in a URI are in the user information (RFC 3986, 3.2.1) or in the query. */
const withoutSecrets = (uri: string) =>
  uri.replace(/[?#].*$/s, `?${REDACTED}`).replace(/^([a-z][a-z\d+.-]*:[/\\]*)[^/\\]*@/i, `$1${REDACTED}@`);

/** A string, shortened, or a number; everything else is removed. */
function brief(given: unknown): unknown {
  if (typeof given === "number" || given === null) return given;
  return typeof given === "string" ? given.slice(0, LONGEST) : REDACTED;
}
