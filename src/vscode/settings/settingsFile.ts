import * as vscode from "vscode";
import { keyOf, type SetForGateways, setFor, withGatewaySettings } from "../../connections/settings/setForGateways.ts";
import { isJsonObject } from "../../lib/json/jsonObject.ts";
import type { memberOffset } from "../../lib/json/memberOffset.ts";
import { gatewaysSetting } from "../gatewaysSetting.ts";

const KEY = "gatewayConnect.gateways";

/** Loads what finds a member in JSON. */
export type LoadPlaces = () => Promise<{ readonly memberOffset: typeof memberOffset }>;

/**
 * Opens the person's settings at what is set for a gateway, where completion knows all that can be set. A gateway for which
 * nothing is set gets an entry with nothing in it, which changes nothing.
 *
 * @param name the setting to go to, if it is set
 */
export async function openSettingsFile(url: string, name: string | undefined, loadPlaces: LoadPlaces): Promise<void> {
  const before = gatewaysSetting.read();
  const all: SetForGateways = isJsonObject(before) ? before : {};
  const key = keyOf(all, url);
  if (!(key in all)) await gatewaysSetting.write(withGatewaySettings(all, url, {}));
  // To edit it would add a line to the file, which would be unsaved then.
  const revealSetting = { key: KEY };
  await vscode.commands.executeCommand("workbench.action.openApplicationSettingsJson", { revealSetting });
  const editor = vscode.window.activeTextEditor;
  if (!editor) return;
  const isSet = name !== undefined && setFor(all, url)[name] !== undefined;
  const { memberOffset } = await loadPlaces();
  const at = memberOffset(editor.document.getText(), isSet ? [KEY, key, name] : [KEY, key]);
  if (at === undefined) return;
  const place = editor.document.positionAt(at);
  editor.selection = new vscode.Selection(place, place);
  editor.revealRange(new vscode.Range(place, place), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  if (!isSet) await vscode.commands.executeCommand("editor.action.triggerSuggest");
}
