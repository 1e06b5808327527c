import { agentBarText } from "../connections/agentBarText.ts";
import type { AccessCheck } from "./accessReport.ts";
import type { AskedAccess, EditorServers } from "./askedAccess.ts";

/** Whether no rule keeps a gateway's tools from the editor's agent. The editor itself says nothing of what it leaves out. */
export function agentCheck({ gateway, connectionId }: AskedAccess, { agentBar }: EditorServers): AccessCheck[] {
  if (connectionId === undefined || agentBar === undefined) return [];
  const what = "The editor's rules give its tools to the agent";
  const bar = agentBar(connectionId);
  if (bar === undefined) return [{ what, state: "passed", expected: "no rule against it", found: "none" }];
  const rules = { off: "chat.mcp.access", notAllowed: "chat.mcp.allowedServers", denied: "chat.mcp.deniedServers" };
  return [
    { what, state: "failed", expected: "no rule against it", found: rules[bar], fix: agentBarText(bar, gateway) },
  ];
}
