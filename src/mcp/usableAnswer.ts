import { isJsonObject } from "../lib/json/jsonObject.ts";
import { refusedSession } from "./lostSession.ts";
import type { Json } from "./passThrough.ts";

/** What is said in the place of a code that is none (JSON-RPC 2.0, 5.1). */
const INTERNAL_ERROR = -32603;

/**
 * An answer as JSON-RPC 2.0 has it (5), where what it means is plain all the same: with `error: null` beside the result, without
 * `jsonrpc`, with members that are nobody's, an error that is a text, or an empty object that PHP writes as a list. Readers of
 * the SDK's kind know no message in it, and the work that it tells of would be lost. So would be that a session is not known,
 * which some say in JSON of their own.
 *
 * @returns the value as it is, where it is no such answer
 */
export function usableAnswer(value: unknown): unknown {
  if (!isJsonObject(value) || typeof value.method === "string") return value;
  const { jsonrpc, id, error, result } = value;
  // Anybody's JSON may have an error or a result.
  if (jsonrpc === undefined && !isThere(id)) {
    const refused = isThere(result) ? undefined : refusedSession(value);
    return refused ? { jsonrpc: "2.0", error: refused } : value;
  }
  const head = { jsonrpc: "2.0", ...(isThere(id) && { id }) };
  if (isThere(error) && !isThere(result)) {
    const read = usableError(error);
    return read ? { ...head, error: read } : value;
  }
  if (isThere(error) || !("result" in value)) return value;
  const read = usableResult(result);
  return read ? { ...head, result: read } : value;
}

function usableError(error: unknown): Json | undefined {
  if (typeof error === "string") return { code: INTERNAL_ERROR, message: error };
  if (!isJsonObject(error)) return undefined;
  const { code, message, data } = error;
  const number = typeof code === "string" && code.trim() !== "" ? Number(code) : code;
  return {
    code: Number.isSafeInteger(number) ? number : INTERNAL_ERROR,
    message: typeof message === "string" ? message : isThere(code) ? String(code) : "",
    ...(data !== undefined && { data }),
  };
}

function usableResult(result: unknown): Json | undefined {
  if (result === null || (Array.isArray(result) && result.length === 0)) return {};
  if (!isJsonObject(result)) return undefined;
  const { _meta: meta, ...members } = result;
  return isJsonObject(meta) ? result : members;
}

const isThere = (value: unknown): boolean => value !== undefined && value !== null;
