import { english, type Translate } from "../failures/translate.ts";
import type { AgentBar } from "./agentBar.ts";

/** What happened and what helps, for people. */
export function agentBarText(bar: AgentBar, { name }: { readonly name: string }, say: Translate = english): string {
  const entry = JSON.stringify({ serverName: name });
  switch (bar) {
    case "off":
      return say(
        "The editor's agent has none of its tools: chat.mcp.access is none. Set it to all, or ask whoever manages it.",
      );
    case "notAllowed":
      return say(
        "The editor's agent has none of its tools: chat.mcp.allowedServers does not name it. Whoever manages that list can add {0}.",
        entry,
      );
    case "denied":
      return say(
        "The editor's agent has none of its tools: chat.mcp.deniedServers names it. Ask whoever manages that list.",
      );
  }
}
