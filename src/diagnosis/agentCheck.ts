import { agentBarText } from "../connections/agents/agentBarText.ts";
import { english } from "../failures/translate.ts";
import type { AccessCheck } from "./accessReport.ts";
import type { AskedAccess, EditorServers } from "./askedAccess.ts";

/** Whether no rule keeps a gateway's tools from the editor's agent. The editor itself says nothing of what it leaves out. */
export function agentCheck({ connectionId }: AskedAccess, { agentBar, say = english }: EditorServers): AccessCheck[] {
  if (connectionId === undefined || agentBar === undefined) return [];
  const what = say("The editor's rules give its tools to the agent");
  const expected = say("no rule against it");
  const barred = agentBar(connectionId);
  if (barred === undefined) return [{ what, state: "passed", expected, found: say("none") }];
  const rules = { off: "chat.mcp.access", notAllowed: "chat.mcp.allowedServers", denied: "chat.mcp.deniedServers" };
  return [
    { what, state: "failed", expected, found: rules[barred.bar], fix: agentBarText(barred.bar, barred.server, say) },
  ];
}
