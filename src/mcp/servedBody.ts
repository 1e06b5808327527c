import { isJsonContentType } from "@modelcontextprotocol/server";
import { MAX_DEPTH } from "../lib/limits.ts";
import type { ServedRequest } from "../lib/servedHttp.ts";
import { isDeeperThan } from "./wire/depth.ts";

export function isJsonRequest({ headers }: Pick<ServedRequest, "headers">): boolean {
  const type = headers.get("content-type");
  return type === "application/json" || isJsonContentType(type);
}

/**
 * The JSON of a body.
 *
 * @returns `undefined` where it is none, or is nested more deeply than anybody has a reason for: whoever goes through it
 *   later would run out of stack
 */
export function jsonBody(body: Uint8Array): unknown {
  if (body.length === 0 || isDeeperThan([body], MAX_DEPTH)) return undefined;
  try {
    return JSON.parse(utf8.decode(body));
  } catch {
    return undefined;
  }
}

const utf8 = new TextDecoder();
