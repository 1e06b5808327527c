import { type HttpReply, jsonReply } from "../../lib/servedHttp.ts";
import { denialReason } from "./policyDenial.ts";
import type { PolicyVerdict } from "./policyVerdict.ts";

/**
 * AgentCore's answer to a request to a target with a path of its own that its policies deny, as it was seen in 2026: requests to
 * models have an envelope of their own.
 */
export function requestDenial(verdict: PolicyVerdict, isInference: boolean): HttpReply {
  const message = requestWords(verdict);
  return jsonReply(
    403,
    isInference ? { error: { type: "permission_error", message } } : { success: false, error: message },
  );
}

export const requestWords = (verdict: PolicyVerdict): string =>
  `Request Denied: Gateway Target request not allowed due to policy enforcement [${denialReason(verdict)}]`;
