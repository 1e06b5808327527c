import type { TargetCaller } from "./router/target.ts";

/**
 * The key for a caller's sessions, limits and processes. A person has the same ones with every client. Subjects are
 * unique only within their issuer (RFC 7519, 4.1.2). A machine's token may name a client and no subject.
 */
export function principalOf(caller: TargetCaller | undefined): string {
  if (caller === undefined) return "anyone";
  return JSON.stringify([caller.issuer, caller.subject ?? null, caller.subject === undefined ? caller.client : null]);
}
