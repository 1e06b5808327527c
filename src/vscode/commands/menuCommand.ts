import * as vscode from "vscode";
import {
  type GatewaySummary,
  hasSignIn,
  isForPeople,
  isManaged,
  isOfCompany,
  neededAct,
  stateLine,
  toolCount,
} from "../../connections/gatewayStatus.ts";
import { foreignText } from "../../lib/foreignText.ts";
import { offersDeviceCode } from "../../oauth/signIn/deviceCode.ts";
import { logoutPage } from "../../oauth/tokens/logoutPage.ts";
import type { Policy } from "../../policy/policy.ts";
import type { ShowFailure } from "../messages/failureMessages.ts";
import { failureWords } from "../messages/failureWords.ts";
import type { EditorSignIn } from "../signIn/editorSignIn.ts";
import { translate } from "../translate.ts";
import type { CommandId } from "./commandIds.ts";
import { executeCommand } from "./executeCommand.ts";

export interface MenuWorld {
  /** What a sign-in waits for: an address that is pasted, or a code that is entered. */
  readonly signIn: Pick<EditorSignIn, "waiting" | "code">;
  /** What the administrator of this machine allows. */
  readonly policy: Policy | undefined;
  readonly showFailure: ShowFailure;
}

interface MenuItem extends vscode.QuickPickItem {
  readonly run?: () => unknown;
}

/**
 * Shows the menu of the status bar: what needs the person, then each gateway, then what concerns none.
 *
 * What can be done with a gateway is a list of its own, where there are several. Only what harms nothing has a gateway's
 * name in its label, so that no filter by a name puts **Remove** first.
 *
 */
export async function menuCommand(gateways: readonly GatewaySummary[], world: MenuWorld): Promise<void> {
  const items: MenuItem[] = [];
  const { waiting, code } = world.signIn;
  const fault = world.policy?.fault;
  if (fault) items.push({ label: `$(law) ${failureWords(fault).title}`, run: () => world.showFailure(fault) });
  if (code)
    items.push({
      label: `$(device-mobile) ${translate("Show the Code Again")}`,
      description: code.text,
      run: () => code.show(),
    });
  if (waiting) items.push(act("link", translate("Paste the Address You Were Sent To…"), "pasteRedirect"));
  const [first, ...others] = gateways;
  if (first && others.length === 0) items.push(...actsOf(first));
  else {
    items.push(...gateways.flatMap(neededItems), separator(translate("gateways")));
    const back = () => menuCommand(gateways, world);
    items.push(...gateways.map((gateway) => gatewayItem(gateway, back)));
  }
  items.push(separator(""));
  items.push(act("plus", translate("Connect Gateway…"), "connect"));
  items.push(act("output", translate("Show Log"), "showLog"));
  items.push(act("clippy", translate("Copy Diagnostics"), "copyDiagnostics"));
  items.push(act("report", translate("Report Issue…"), "reportIssue"));
  if (gateways.some(isOfCompany))
    items.push(act("organization", translate("Sign Out of My Company…"), "signOutOfCompany"));
  if (gateways.length > 0) items.push(act("clear-all", translate("Sign Out of Everything and Clean Up…"), "cleanUp"));
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
      return [act("sign-in", translate("Sign In to {0}", name), "signIn", id)];
    case "explainAccess":
      return [
        {
          ...act("search", translate("Explain Access to {0}", name), "explainAccess", id),
          description: describe(gateway),
        },
      ];
    case undefined:
      return [];
  }
}

function gatewayItem(gateway: GatewaySummary, back: () => Promise<void>): MenuItem {
  const icons = {
    signingIn: "sync~spin",
    attention: "warning",
    signedOut: "key",
    signedIn: "account",
    signedInToAws: "account",
    open: "plug",
  };
  const { connection, state } = gateway;
  const backItem: MenuItem = { label: `$(arrow-left) ${translate("All Gateways")}`, run: back };
  return {
    label: `$(${icons[state.kind]}) ${connection.name}`,
    description: describe(gateway),
    run: () => show([...actsOf(gateway), separator(""), backItem], connection.name),
  };
}

function describe(gateway: GatewaySummary): string {
  const { state, tools, barred } = gateway;
  const away = translate("not for the editor's agent");
  const all = [
    stateLine(state, failureWords, translate),
    ...(tools === undefined ? [] : [toolCount(tools, translate)]),
    ...(barred ? [away] : []),
    ...(isManaged(gateway) ? [translate("managed by your organisation")] : []),
  ];
  return all.join(", ");
}

/** The rules by their places in the administrator's file; Explain Access says what each holds it to. */
const managedText = ({ managed = [] }: GatewaySummary): string =>
  foreignText(managed.map(({ rule }) => rule).join(", "));

/** What can be done with a gateway: what it needs first, and what takes it away last. */
function actsOf(gateway: GatewaySummary): readonly MenuItem[] {
  const { connection, state, resolved } = gateway;
  const { id, name } = connection;
  const needed = neededAct(gateway);
  const people = isForPeople(resolved);
  const isSignedIn = hasSignIn(gateway);
  const isSignedOut = state.kind === "signedOut" || state.kind === "attention";
  const items: MenuItem[] = [separator(name), ...neededItems(gateway)];
  const offer = (is: boolean, icon: string, label: string, command: CommandId) => {
    if (is) items.push(act(icon, label, command, id));
  };
  items.push({ ...act("tools", translate("Run a Tool of {0}…", name), "runTool", id), description: describe(gateway) });
  offer(
    isSignedOut && needed !== "signIn" && resolved !== undefined,
    "sign-in",
    translate("Sign In to {0}", name),
    "signIn",
  );
  const codes = isForPeople(resolved) && offersDeviceCode(resolved.server);
  offer(isSignedOut && codes, "device-mobile", translate("Sign In with a Code…"), "signInWithCode");
  offer(resolved !== undefined && needed !== "explainAccess", "search", translate("Explain Access"), "explainAccess");
  if (isManaged(gateway))
    items.push({
      ...act("law", translate("See What Your Organisation Manages"), "explainAccess", id),
      description: managedText(gateway),
    });
  offer(isSignedIn && people, "account", translate("Use Another Account…"), "useAnotherAccount");
  offer(resolved !== undefined && !people, "key", translate("Change the Client Secret…"), "changeSecret");
  offer(true, "pulse", translate("Ping"), "pingGateway");
  offer(true, "json", translate("Add to mcp.json…"), "addToMcpJson");
  offer(isSignedIn, "sign-out", translate("Sign Out"), "signOut");
  const endsInBrowser = isSignedOut && resolved !== undefined && logoutPage(resolved) !== undefined;
  offer(endsInBrowser, "sign-out", translate("Sign Out in the Browser Too"), "signOutInBrowser");
  offer(true, "trash", translate("Remove Gateway…"), "removeGateway");
  return items;
}
