import { english, type Translate } from "../../failures/translate.ts";
import { type Connection, serverNameOf } from "../connection.ts";
import type { AgentBar } from "./agentBar.ts";

/** A gateway as far as the editor's rules can name it. */
export type NamedServer = Pick<Connection, "name" | "serverName" | "isDirect"> & { readonly url?: string };

/** The entry of `chat.mcp.allowedServers` that allows a gateway, as it has to stand there. */
export const allowingEntry = (server: NamedServer): string =>
  JSON.stringify(server.isDirect ? { serverUrl: server.url } : { serverName: serverNameOf(server) });

/** What happened and what helps, for people. */
export function agentBarText(bar: AgentBar, server: NamedServer, say: Translate = english): string {
  switch (bar) {
    case "off":
      return say(
        "The editor's agent has none of its tools: chat.mcp.access is none. Set it to all, or ask whoever manages it.",
      );
    case "notAllowed":
      return say(
        "The editor's agent has none of its tools: chat.mcp.allowedServers does not name it. Whoever manages that list can add {0}.",
        allowingEntry(server),
      );
    case "denied":
      return say(
        "The editor's agent has none of its tools: chat.mcp.deniedServers names it. Ask whoever manages that list.",
      );
  }
}
