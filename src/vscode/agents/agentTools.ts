import * as vscode from "vscode";
import { type AgentBar, agentBar } from "../../connections/agents/agentBar.ts";
import { allowingEntry } from "../../connections/agents/agentBarText.ts";
import { hasTools } from "../../connections/agents/agentToolNames.ts";
import { type Connection, serverNameOf } from "../../connections/connection.ts";
import type { Gateways } from "../../connections/gateways.ts";
import { hostIdOfEditor } from "../../hosts/hostIds.ts";
import { pause } from "../../lib/waiting.ts";
import { executeCommand } from "../commands/executeCommand.ts";
import { copyText } from "../copyText.ts";
import { translate } from "../translate.ts";
import { barText } from "./barText.ts";

/** How long the editor is given to take in a gateway's tools, in milliseconds, and how often it is looked. */
const [TIMEOUT_MS, LOOK_EVERY_MS] = [10_000, 250];

/**
 * The rule that keeps a gateway's tools from this editor's agent.
 *
 * @param address by which the editor knows it; undefined before its socket is open
 */
export function barOf(connection: Connection, address: string | undefined): AgentBar | undefined {
  const name = serverNameOf(connection);
  // Its agent reads a file, which these rules are not about.
  if (hostIdOfEditor(vscode.env.appName)) return undefined;
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
  /** The address by which the editor knows a gateway; undefined before its socket is open. */
  readonly addressOf: (connection: Connection) => string | undefined;
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
  const bar = barOf(connection, addressOf(connection));
  if (bar) return await tellBar(bar, connection, isAllowedDirectly(connection));
  // In a folder that is not trusted, to start a server is to ask for trust.
  const isOurs = hostIdOfEditor(vscode.env.appName) === undefined && vscode.workspace.isTrusted;
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

/** Whether the rules that keep the socket away name the gateway's own address. */
const isAllowedDirectly = (connection: Connection): boolean =>
  connection.isDirect !== true && barOf(connection, connection.url) === undefined;

/** Says which rule keeps the tools away. What helps without giving anything up is offered first. */
async function tellBar(bar: AgentBar, connection: Connection, isAllowedDirectly: boolean): Promise<void> {
  const [copy, direct] = [translate("Copy Entry"), translate("Direct Mode…")];
  const ways = bar === "notAllowed" ? [copy, ...(isAllowedDirectly ? [direct] : [])] : [];
  const chosen = await vscode.window.showWarningMessage(barText(bar, connection), ...ways);
  if (chosen === copy) await copyText(allowingEntry(connection), translate("The entry was copied."));
  else if (chosen === direct) await executeCommand("directMode", connection.id);
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
