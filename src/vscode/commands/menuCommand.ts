import * as vscode from "vscode";
import { type GatewaySummary, neededAct, stateLine } from "../../connections/gatewayStatus.ts";
import { offersDeviceCode } from "../../oauth/signIn/deviceCode.ts";
import type { BrowserSignIn } from "../browserSignIn.ts";
import { failureWords } from "../failureWords.ts";
import type { CommandId } from "./commandIds.ts";
import { executeCommand } from "./executeCommand.ts";
import { isForPeople } from "./signInCommands.ts";

interface MenuItem extends vscode.QuickPickItem {
  readonly run?: () => unknown;
}

/**
 * Shows the menu of the status bar: what needs the person, then each gateway, then what concerns none.
 *
 * What can be done with a gateway is a list of its own, where there are several. Only what harms nothing has a gateway's
 * name in its label, so that no filter by a name puts **Remove** first.
 *
 * @param signIn what a sign-in waits for: an address that is pasted, or a code that is entered
 */
export async function menuCommand(
  gateways: readonly GatewaySummary[],
  signIn: Pick<BrowserSignIn, "waiting" | "code">,
): Promise<void> {
  const items: MenuItem[] = [];
  const { waiting, code } = signIn;
  if (code)
    items.push({ label: "$(device-mobile) Show the Code Again", description: code.text, run: () => code.show() });
  if (waiting) items.push(act("link", "Paste the Address You Were Sent To…", "pasteRedirect"));
  const [first, ...others] = gateways;
  if (first && others.length === 0) items.push(...actsOf(first));
  else {
    items.push(...gateways.flatMap(neededItems), separator("gateways"));
    const back = () => menuCommand(gateways, signIn);
    items.push(...gateways.map((gateway) => gatewayItem(gateway, back)));
  }
  items.push(separator(""));
  items.push(act("plus", "Connect Gateway…", "connect"));
  items.push(act("output", "Show Log", "showLog"));
  items.push(act("clippy", "Copy Diagnostics", "copyDiagnostics"));
  await show(items, "Gateway Connect");
}

async function show(items: readonly MenuItem[], title: string): Promise<void> {
  const chosen = await vscode.window.showQuickPick(items, { title, matchOnDescription: true });
  await chosen?.run?.();
}

const act = (icon: string, label: string, command: CommandId, id?: string): MenuItem => ({
  label: `$(${icon}) ${label}`,
  run: () => executeCommand(command, ...(id === undefined ? [] : [id])),
});

const separator = (label: string): MenuItem => ({ label, kind: vscode.QuickPickItemKind.Separator });

function neededItems(gateway: GatewaySummary): readonly MenuItem[] {
  const { id, name } = gateway.connection;
  switch (neededAct(gateway)) {
    case "signIn":
      return [act("sign-in", `Sign In to ${name}`, "signIn", id)];
    case "explainAccess":
      return [{ ...act("search", `Explain Access to ${name}`, "explainAccess", id), description: describe(gateway) }];
    case undefined:
      return [];
  }
}

function gatewayItem(gateway: GatewaySummary, back: () => Promise<void>): MenuItem {
  const icons = { signingIn: "sync~spin", attention: "warning", signedOut: "key", signedIn: "account", open: "plug" };
  const { connection, state } = gateway;
  const backItem: MenuItem = { label: "$(arrow-left) All Gateways", run: back };
  return {
    label: `$(${icons[state.kind]}) ${connection.name}`,
    description: describe(gateway),
    run: () => show([...actsOf(gateway), separator(""), backItem], connection.name),
  };
}

function describe({ state, tools, barred }: GatewaySummary): string {
  const known = tools === undefined ? "" : tools === 1 ? ", 1 tool" : `, ${tools} tools`;
  const away = barred ? ", not for the editor's agent" : "";
  return `${stateLine(state, failureWords)}${known}${away}`;
}

/** What can be done with a gateway: what it needs first, and what takes it away last. */
function actsOf(gateway: GatewaySummary): readonly MenuItem[] {
  const { connection, state, resolved } = gateway;
  const { id, name } = connection;
  const needed = neededAct(gateway);
  const people = isForPeople(resolved);
  const isSignedIn = state.kind === "signedIn" || (state.kind === "attention" && connection.sessionId !== undefined);
  const isSignedOut = state.kind === "signedOut" || state.kind === "attention";
  const items: MenuItem[] = [separator(name), ...neededItems(gateway)];
  const offer = (is: boolean, icon: string, label: string, command: CommandId) => {
    if (is) items.push(act(icon, label, command, id));
  };
  items.push({ ...act("tools", `Run a Tool of ${name}…`, "runTool", id), description: describe(gateway) });
  offer(isSignedOut && needed !== "signIn" && resolved !== undefined, "sign-in", `Sign In to ${name}`, "signIn");
  const codes = people && resolved !== undefined && offersDeviceCode(resolved.server);
  offer(isSignedOut && codes, "device-mobile", "Sign In with a Code…", "signInWithCode");
  offer(resolved !== undefined && needed !== "explainAccess", "search", "Explain Access", "explainAccess");
  offer(isSignedIn && people, "account", "Use Another Account…", "useAnotherAccount");
  offer(resolved !== undefined && !people, "key", "Change the Client Secret…", "changeSecret");
  offer(true, "json", "Add to mcp.json…", "addToMcpJson");
  offer(isSignedIn, "sign-out", "Sign Out", "signOut");
  offer(true, "trash", "Remove Gateway…", "removeGateway");
  return items;
}
