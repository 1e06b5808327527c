import { causesOf, codeOf } from "../lib/causes.ts";

/** Connecting failed before a request could have been written, as Node and undici name it. */
const neverSent = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Whether the server cannot have seen the request, so that even a call with effects may be repeated. */
export function wasNeverSent(error: unknown): boolean {
  for (const cause of causesOf(error)) if (neverSent.has(codeOf(cause))) return true;
  return false;
}
