import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  LOG_LEVEL_META_KEY,
  PROTOCOL_VERSION_META_KEY,
  RELATED_TASK_META_KEY,
  SERVER_INFO_META_KEY,
} from "@modelcontextprotocol/server";
import { isJsonObject } from "../lib/json/jsonObject.ts";
import { LONGEST_CALLER_KEY } from "../lib/limits.ts";
import type { ServedRequest } from "../lib/servedHttp.ts";
import { classified } from "./era.ts";
import type { Json } from "./passThrough.ts";
import { isJsonRequest } from "./servedBody.ts";
import { identifiedResult } from "./wire/carriedResult.ts";

/** A call of 2026-07-28, taken apart: what the protocol says in `_meta`, and what is for the server. */
export interface PlainCall {
  readonly id: string | number;
  readonly method: string;
  readonly params: Json;
  readonly envelope: Json;
}

const REVISION = "2026-07-28";
/** They are nearly all that is asked for, and their results need no more than a type and our name. */
const plainMethods = new Set(["tools/call", "prompts/get"]);
const envelopeKeys = [
  ...[PROTOCOL_VERSION_META_KEY, CLIENT_INFO_META_KEY],
  ...[CLIENT_CAPABILITIES_META_KEY, LOG_LEVEL_META_KEY],
];
/** How many descriptions of callers are remembered as good. */
const MOST_KNOWN = 100;

/**
 * Knows the calls that the SDK would let in with nothing to say about them, at a fraction of what it takes for that: it
 * reads each with several schemas, and makes a server for each. It still judges every description of a caller, once.
 */
export class PlainCalls {
  readonly #known = new Set<string>();

  /** @returns `undefined` for whatever is to be left to the SDK: also all that is wrong */
  read(request: ServedRequest, body: unknown): PlainCall | undefined {
    const call = takenApart(body);
    if (call === undefined || request.method !== "POST" || !isJsonRequest(request)) return undefined;
    const { method, params, envelope } = call;
    const { headers } = request;
    const name = headers.get("mcp-name");
    const agrees =
      headers.get("mcp-protocol-version") === REVISION &&
      headers.get("mcp-method") === method &&
      name !== null &&
      name === params.name &&
      !name.startsWith("=?");
    return agrees && this.#isGood(envelope, request, body) ? call : undefined;
  }

  #isGood(envelope: Json, request: ServedRequest, body: unknown): boolean {
    const text = JSON.stringify(envelopeKeys.map((key) => envelope[key]));
    if (this.#known.has(text)) return true;
    if (classified(request, body).kind !== "modern") return false;
    if (text.length <= LONGEST_CALLER_KEY) this.#known.add(text);
    const [oldest] = this.#known;
    if (this.#known.size > MOST_KNOWN && oldest !== undefined) this.#known.delete(oldest);
    return true;
  }
}

function takenApart(body: unknown): PlainCall | undefined {
  if (!isJsonObject(body)) return undefined;
  const { jsonrpc, id, method, params } = body;
  if (jsonrpc !== "2.0" || typeof method !== "string" || !plainMethods.has(method)) return undefined;
  if (typeof id !== "string" && !Number.isSafeInteger(id)) return undefined;
  if (Object.keys(body).length !== 4 || !isJsonObject(params)) return undefined;
  // Whoever comes back with an answer goes the long way.
  if ("inputResponses" in params || "requestState" in params) return undefined;
  const { _meta: meta, ...rest } = params;
  if (!isJsonObject(meta) || meta[PROTOCOL_VERSION_META_KEY] !== REVISION) return undefined;
  const { progressToken: token, [RELATED_TASK_META_KEY]: task } = meta;
  if (task !== undefined || (token !== undefined && typeof token !== "string" && !Number.isSafeInteger(token))) {
    return undefined;
  }
  const others = Object.entries(meta).filter(([key]) => !envelopeKeys.includes(key));
  return {
    id: id as string | number,
    method,
    params: others.length > 0 ? { ...rest, _meta: Object.fromEntries(others) } : rest,
    envelope: meta,
  };
}

/** A result as 2026-07-28 has it: with its type, and with who gives it. */
export function typedResult(result: Json, serverInfo: object): Json {
  const carried = identifiedResult(result, SERVER_INFO_META_KEY, serverInfo);
  if (carried !== undefined) return carried;
  const { resultType = "complete", _meta: meta = {} } = result;
  const named = isJsonObject(meta) && meta[SERVER_INFO_META_KEY] === undefined;
  return { ...result, resultType, _meta: named ? { ...meta, [SERVER_INFO_META_KEY]: serverInfo } : meta };
}

/** A failure as the error of an answer. */
export function errorOf(failure: unknown): {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
} {
  const { code, message = "Internal error", data } = failure as { code?: unknown; message?: string; data?: unknown };
  const thrown = Number.isSafeInteger(code) ? (code as number) : -32603;
  // 2026-07-28 has no code of its own for a resource that is not there.
  return { code: thrown === -32002 ? -32602 : thrown, message, ...(data !== undefined && { data }) };
}
