import type { ServedRequest } from "../../lib/servedHttp.ts";
import { POLICY_SESSION_HEADER } from "../../lib/settableHeaders.ts";

/** AgentCore's form of an identifier of a policy session (developer guide, session-based temporal policies). */
const form = /^[A-Za-z0-9-]{1,128}$/;

/**
 * The policy session that a caller names. AgentCore makes none itself, and judges by what its principal called in it before.
 * Its temporal policies cannot be evaluated here: the session is taken, checked for its form, and recorded.
 *
 * @returns undefined where none is named
 */
export function policySessionOf({
  headers,
}: ServedRequest): { readonly id: string; readonly isValid: boolean } | undefined {
  const id = headers.get(POLICY_SESSION_HEADER);
  return id === null ? undefined : { id, isValid: form.test(id) };
}
