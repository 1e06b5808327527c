import * as vscode from "vscode";
import { type GatewaySummary, stateLine } from "../../connections/gatewayStatus.ts";
import { offersDeviceCode } from "../../oauth/signIn/deviceSignIn.ts";

interface MenuItem extends vscode.QuickPickItem {
  readonly run?: () => Thenable<unknown>;
}

/** What a click on the status bar offers: each gateway with what can be done about it, then the rest. */
export async function menuCommand(gateways: readonly GatewaySummary[], waitingForBrowser: boolean): Promise<void> {
  const command = (id: string, ...args: unknown[]) => vscode.commands.executeCommand(`gatewayConnect.${id}`, ...args);
  const items: MenuItem[] = [];
  if (waitingForBrowser) {
    items.push({ label: "$(link) Paste the Address You Were Sent To…", run: () => command("pasteRedirect") });
  }
  for (const { connection, state, resolved, tools } of gateways) {
    const { id, name } = connection;
    items.push({ label: name, kind: vscode.QuickPickItemKind.Separator });
    const description = `${stateLine(state)}${tools === undefined ? "" : `, ${tools} tools`}`;
    items.push({ label: `$(tools) Run a Tool of ${name}…`, description, run: () => command("runTool", id) });
    const people = resolved && resolved.flow !== "clientCredentials";
    const signedIn = state.kind === "signedIn" || (state.kind === "attention" && connection.sessionId !== undefined);
    if (signedIn) {
      if (people) {
        items.push({
          label: `$(account) Use Another Account for ${name}…`,
          run: () => command("useAnotherAccount", id),
        });
      }
      items.push({ label: `$(sign-out) Sign Out of ${name}`, run: () => command("signOut", id) });
    }
    if (state.kind === "attention" || state.kind === "signedOut") {
      items.push({ label: `$(sign-in) Sign In to ${name}`, run: () => command("signIn", id) });
      if (people && offersDeviceCode(resolved.server)) {
        items.push({
          label: `$(device-mobile) Sign In to ${name} with a Code…`,
          run: () => command("signInWithCode", id),
        });
      }
    }
    if (resolved && !people) {
      items.push({ label: `$(key) Change the Secret of ${name}…`, run: () => command("changeSecret", id) });
    }
    if (resolved) {
      items.push({ label: `$(search) Explain Access to ${name}`, run: () => command("explainAccess", id) });
    }
    items.push({ label: `$(json) Add ${name} to mcp.json…`, run: () => command("addToMcpJson", id) });
    items.push({ label: `$(trash) Remove ${name}`, run: () => command("removeGateway", id) });
  }
  items.push({ label: "", kind: vscode.QuickPickItemKind.Separator });
  items.push({ label: "$(plus) Connect Gateway", run: () => command("connect") });
  items.push({ label: "$(output) Show Log", run: () => command("showLog") });
  items.push({ label: "$(clippy) Copy Diagnostics", run: () => command("copyDiagnostics") });
  const chosen = await vscode.window.showQuickPick(items, { title: "Gateway Connect" });
  await chosen?.run?.();
}
