import * as vscode from "vscode";
import type { Gateways } from "../../connections/gateways.ts";
import { gatewaySettings } from "../../connections/settings/gatewaySettings.ts";
import { type SettingsValues, usableSetting } from "../../connections/settings/readGatewaySettings.ts";
import { withGatewaySettings } from "../../connections/settings/setForGateways.ts";
import { foreignText } from "../../lib/foreignText.ts";
import { isValidValue } from "../../lib/json/validValue.ts";
import { splitName } from "../../lib/qualifiedName.ts";
import { gatewaysSetting } from "../gatewaysSetting.ts";
import { tellFact } from "../messages/tellFact.ts";
import { translate } from "../translate.ts";
import { connectionOf } from "./chooseConnection.ts";
import type { CommandRun } from "./command.ts";

export interface ConsentWorld {
  readonly gateways: Gateways;
  /** The settings as they are now. */
  readonly settings: () => SettingsValues;
}

/** **Open Consent Portal**: where the consents to a gateway's targets are given and taken back. It is asked for once. */
export async function openConsentPortalCommand(run: CommandRun, { gateways, settings }: ConsentWorld): Promise<void> {
  const title = translate("Open the consent portal of which gateway?");
  const connection = await connectionOf(run, title, gateways);
  if (!connection) return;
  run.about(connection.id);
  const portal = usableSetting("consentPortal", settings(), connection.url) ?? (await askPortal(connection));
  if (portal !== undefined) await vscode.env.openExternal(vscode.Uri.parse(portal, true));
}

/**
 * **Consent Again…**: the next call of a target asks for the consent anew, of another account for instance. AgentCore looks
 * for that wish in a call, and has no other way to take it.
 */
export async function consentAgainCommand(run: CommandRun, gateways: Gateways): Promise<void> {
  const title = translate("Consent again at a target of which gateway?");
  const connection = await connectionOf(run, title, gateways);
  if (!connection) return;
  run.about(connection.id);
  const relay = await gateways.relay(connection.id);
  const tools = relay?.catalogue()?.tools ?? [];
  const targets = [...new Set(tools.flatMap(({ name }) => splitName(name)?.target ?? []))];
  if (targets.length === 0) {
    const none = translate("{0} has not listed a tool of a target yet.", connection.name);
    void tellFact(none);
    return;
  }
  const items = targets.map((target) => ({ label: foreignText(target), target }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: translate("Consent Again at {0}", connection.name),
    placeHolder: translate("The target whose account you want to change, or whose consent you want to give anew"),
  });
  if (!chosen) return;
  relay?.consentAnew(chosen.target);
  const said = translate("The next call of a tool of {0} asks for your consent anew.", chosen.label);
  void tellFact(said);
}

async function askPortal({ name, url }: { readonly name: string; readonly url: string }): Promise<string | undefined> {
  const isUsable = (text: string) => isValidValue(text.trim(), gatewaySettings.consentPortal.schema);
  const typed = await vscode.window.showInputBox({
    title: translate("The Consent Portal of {0}", name),
    prompt: translate("Its address, which your platform team knows. It is kept in the settings of this gateway."),
    placeHolder: "https://",
    ignoreFocusOut: true,
    validateInput: (text) => (isUsable(text) ? undefined : translate("An https address is expected.")),
  });
  if (typed === undefined || !isUsable(typed)) return undefined;
  const consentPortal = typed.trim();
  await gatewaysSetting.write(withGatewaySettings(gatewaysSetting.read(), url, { consentPortal }));
  return consentPortal;
}
