import * as vscode from "vscode";
import { type GatewaySummary, stateLine } from "../../connections/gatewayStatus.ts";
import { offersDeviceCode } from "../../oauth/signIn/deviceCode.ts";

import { failureWords } from "../failureWords.ts";
import { executeCommand } from "./executeCommand.ts";
import { isForPeople } from "./signInCommands.ts";

interface MenuItem extends vscode.QuickPickItem {
  readonly run?: () => Thenable<unknown>;
}

/** Shows the menu of the status bar: what can be done with each gateway, then what concerns none. */
export async function menuCommand(gateways: readonly GatewaySummary[], waitingForBrowser: boolean): Promise<void> {
  const items: MenuItem[] = [];
  if (waitingForBrowser) {
    items.push({ label: "$(link) Paste the Address You Were Sent To…", run: () => executeCommand("pasteRedirect") });
  }
  for (const { connection, state, resolved, tools } of gateways) {
    const { id, name } = connection;
    items.push({ label: name, kind: vscode.QuickPickItemKind.Separator });
    const description = `${stateLine(state, failureWords)}${tools === undefined ? "" : `, ${tools} tools`}`;
    items.push({ label: `$(tools) Run a Tool of ${name}…`, description, run: () => executeCommand("runTool", id) });
    const people = isForPeople(resolved);
    const signedIn = state.kind === "signedIn" || (state.kind === "attention" && connection.sessionId !== undefined);
    if (signedIn) {
      if (people) {
        items.push({
          label: `$(account) Use Another Account for ${name}…`,
          run: () => executeCommand("useAnotherAccount", id),
        });
      }
      items.push({ label: `$(sign-out) Sign Out of ${name}`, run: () => executeCommand("signOut", id) });
    }
    if (state.kind === "attention" || state.kind === "signedOut") {
      items.push({ label: `$(sign-in) Sign In to ${name}`, run: () => executeCommand("signIn", id) });
      if (resolved && people && offersDeviceCode(resolved.server)) {
        items.push({
          label: `$(device-mobile) Sign In to ${name} with a Code…`,
          run: () => executeCommand("signInWithCode", id),
        });
      }
    }
    if (resolved && !people) {
      items.push({ label: `$(key) Change the Secret of ${name}…`, run: () => executeCommand("changeSecret", id) });
    }
    if (resolved) {
      items.push({ label: `$(search) Explain Access to ${name}`, run: () => executeCommand("explainAccess", id) });
    }
    items.push({ label: `$(json) Add ${name} to mcp.json…`, run: () => executeCommand("addToMcpJson", id) });
    items.push({ label: `$(trash) Remove ${name}`, run: () => executeCommand("removeGateway", id) });
  }
  items.push({ label: "", kind: vscode.QuickPickItemKind.Separator });
  items.push({ label: "$(plus) Connect Gateway", run: () => executeCommand("connect") });
  items.push({ label: "$(output) Show Log", run: () => executeCommand("showLog") });
  items.push({ label: "$(clippy) Copy Diagnostics", run: () => executeCommand("copyDiagnostics") });
  const chosen = await vscode.window.showQuickPick(items, { title: "Gateway Connect" });
  await chosen?.run?.();
}
