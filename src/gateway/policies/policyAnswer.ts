import type { Json } from "../../mcp/passThrough.ts";
import { policyDenial } from "./policyDenial.ts";
import type { PolicyRecord } from "./policyRecord.ts";
import type { PolicyVerdict } from "./policyVerdict.ts";
import type { PolicyCaller, TargetRequest, ToolCall, ToolPolicies } from "./toolPolicies.ts";

/** Who calls, and who records what the policies say. */
export type JudgedCaller = PolicyCaller & { readonly judged: (record: PolicyRecord) => void };

/**
 * Asks the policies about a request to a target with a path of its own, and records what they say.
 *
 * @returns why it is denied; undefined for one that may pass
 */
export function deniedRequest(
  request: TargetRequest,
  policies: ToolPolicies,
  from: JudgedCaller | undefined,
): PolicyVerdict | undefined {
  const verdict = policies.judgeRequest(request, from);
  from?.judged(recordOf(verdict, policies));
  return policies.enforces && verdict.decision === "deny" ? verdict : undefined;
}

/**
 * Asks the policies about a call, and records what they say.
 *
 * @returns the answer to a call that is denied; undefined for one that may pass, as each may where the engine is LOG_ONLY
 */
export function policyAnswer(call: ToolCall, policies: ToolPolicies, from: JudgedCaller | undefined): Json | undefined {
  const verdict = policies.judge(call, from);
  from?.judged(recordOf(verdict, policies));
  return policies.enforces && verdict.decision === "deny" ? policyDenial(verdict) : undefined;
}

function recordOf(verdict: PolicyVerdict, { enforces }: ToolPolicies): PolicyRecord {
  const { decision, policies, logOnly, skipped, problem } = verdict;
  return {
    mode: enforces ? "ENFORCE" : "LOG_ONLY",
    decision,
    policies: policies.map(({ name }) => name),
    ...(logOnly.length > 0 && { logOnly: logOnly.map(({ name }) => name) }),
    ...(skipped.length > 0 && { skipped: skipped.map(({ policy }) => policy) }),
    ...(problem !== undefined && { misfit: true }),
  };
}
