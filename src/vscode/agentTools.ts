import * as vscode from "vscode";
import { type AgentBar, agentBar } from "../connections/agentBar.ts";
import { hasTools } from "../connections/agentToolNames.ts";
import { type Connection, serverNameOf } from "../connections/connection.ts";
import type { Gateways } from "../connections/gateways.ts";
import { hostOfEditor } from "../hosts/hosts.ts";
import { pause } from "../lib/waiting.ts";
import { barText } from "./barText.ts";
import { translate } from "./translate.ts";

/** How long the editor is given to take in a gateway's tools, in milliseconds, and how often it is looked. */
const [TIMEOUT_MS, LOOK_EVERY_MS] = [10_000, 250];

/**
 * The rule that keeps a gateway's tools from this editor's agent.
 *
 * @param address of its socket; undefined before that is open
 */
export function barOf(connection: Connection, address: string | undefined): AgentBar | undefined {
  const name = serverNameOf(connection);
  // Its agent reads a file, which these rules are not about.
  if (hostOfEditor(vscode.env.appName)) return undefined;
  const settings = vscode.workspace.getConfiguration("chat.mcp");
  const rules = {
    access: settings.get("access"),
    allowed: settings.get("allowedServers"),
    denied: settings.get("deniedServers"),
  };
  return agentBar({ name, address: address === undefined ? "" : vscode.Uri.parse(address).toString(true) }, rules);
}

export interface AgentWorld {
  /** The id of this extension. */
  readonly extension: string;
  /** The address of a gateway's socket; undefined before that is open. */
  readonly addressOf: (id: string) => string | undefined;
}

/** What tells gateways of like names apart. */
type AgentGateways = Pick<Gateways, "isServing"> & { readonly book: Pick<Gateways["book"], "all"> };

/**
 * Lets the editor's agent have the tools of a gateway that was just connected, and says so where it has none.
 *
 * VS Code starts a server with the agent's next message, unless that is switched off. To start it now shows whether it
 * works. The command for that is not one of the API: an editor that has none is left alone.
 */
export async function giveToAgent(
  connection: Connection,
  { extension, addressOf, gateways }: AgentWorld & { readonly gateways: AgentGateways },
): Promise<void> {
  const bar = barOf(connection, addressOf(connection.id));
  if (bar) return void vscode.window.showWarningMessage(barText(bar, connection));
  // In a folder that is not trusted, to start a server is to ask for trust.
  const isOurs = hostOfEditor(vscode.env.appName) === undefined && vscode.workspace.isTrusted;
  const isThere = () => {
    const ours = gateways.book.all.map((one) => ({ name: serverNameOf(one), isInUse: gateways.isServing(one.id) }));
    const tools = vscode.lm.tools.map((tool) => tool.name);
    return hasTools(serverNameOf(connection), tools, ours);
  };
  if (!isOurs || isThere()) return;
  const start = async () => {
    const options = { waitForLiveTools: true };
    await vscode.commands.executeCommand(
      "workbench.mcp.startServer",
      `${extension}/${serverNameOf(connection)}`,
      options,
    );
  };
  if (vscode.workspace.getConfiguration("chat.mcp").get("autostart") === "never") {
    const go = translate("Start It");
    const text = translate(
      "The editor's agent has no tool of {0} until its server is started: chat.mcp.autostart is never. MCP: List Servers starts it too.",
      connection.name,
    );
    if ((await vscode.window.showInformationMessage(text, go)) !== go) return;
  }
  const isStarted = await startedWithin(TIMEOUT_MS, start, isThere).catch(() => undefined);
  if (isStarted !== false) return;
  const list = translate("Show Servers");
  const text = translate("The editor's agent has no tool of {0}: its server did not start.", connection.name);
  if ((await vscode.window.showWarningMessage(text, list)) === list) {
    await vscode.commands.executeCommand("workbench.mcp.listServer");
  }
}

/** The editor takes in a server a moment after it learns of it, and says nothing of one it does not know yet. */
async function startedWithin(timeoutMs: number, start: () => Promise<void>, isThere: () => boolean): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < timeoutMs; waitedMs += LOOK_EVERY_MS) {
    await start();
    if (isThere()) return true;
    await pause(LOOK_EVERY_MS, new AbortController().signal);
  }
  return false;
}
