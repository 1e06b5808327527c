import type { Json } from "../../mcp/passThrough.ts";
import { toolError } from "../../mcp/toolError.ts";
import type { PolicyVerdict } from "./policyEngine.ts";

/**
 * AgentCore's answer to a call that its policies deny: a tool's failure, as its developer guide prints it since September
 * 2026 ("Use a gateway with a policy"). Until August it was the JSON-RPC error -32002 with the same words. What AgentCore
 * says where arguments do not fit the schema has not been seen.
 */
export function policyDenial({ policies, problem }: PolicyVerdict): Json {
  const ids = policies.map(({ id }) => id).join(", ");
  const reason =
    problem !== undefined
      ? `The arguments do not fit the tool's schema: ${problem}`
      : ids === ""
        ? "No policy applies to the request (denied by default)."
        : `Policy evaluation denied due to ${ids}`;
  const text = `AuthorizeActionException - Tool Execution Denied: Tool call not allowed due to policy enforcement [${reason}]`;
  return toolError(text);
}
