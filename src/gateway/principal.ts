import type { TargetCaller } from "./router/target.ts";

/**
 * Whose sessions, limits and processes those of a caller are: a person has the same whichever client they use. Subjects are
 * unique for their issuer only (RFC 7519, 4.1.2). A token for a machine may have a client and no more.
 */
export function principalOf(caller: TargetCaller | undefined): string {
  if (caller === undefined) return "anyone";
  return JSON.stringify([caller.issuer, caller.subject ?? null, caller.subject === undefined ? caller.client : null]);
}
