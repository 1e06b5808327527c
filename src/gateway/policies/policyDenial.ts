import { foreignText } from "../../lib/foreignText.ts";
import type { Json } from "../../mcp/passThrough.ts";
import { toolError } from "../../mcp/toolError.ts";
import type { PolicyVerdict } from "./policyVerdict.ts";

/**
 * AgentCore's answer to a call that its policies deny: a tool's failure, as its developer guide prints it since September
 * 2026 ("Use a gateway with a policy"). Until August it was the JSON-RPC error -32002 with the same words. What AgentCore
 * says where arguments do not fit the schema has not been seen.
 */
export const policyDenial = (verdict: PolicyVerdict): Json => toolError(callWords(verdict));

/** The words of it, which an agent reads. */
export const callWords = (verdict: PolicyVerdict): string =>
  `AuthorizeActionException - Tool Execution Denied: Tool call not allowed due to policy enforcement [${denialReason(verdict)}]`;

/** How much is told of what does not fit, in characters: its names are the caller's. */
const LONGEST_PROBLEM = 1_000;

/** Why a call is denied, in AgentCore's words. */
export function denialReason({ policies, problem }: PolicyVerdict): string {
  if (problem !== undefined)
    return `The arguments do not fit the tool's schema: ${foreignText(problem, LONGEST_PROBLEM)}`;
  const ids = policies.map(({ id }) => id).join(", ");
  return ids === ""
    ? "No policy applies to the request (denied by default)."
    : `Policy evaluation denied due to ${ids}`;
}
