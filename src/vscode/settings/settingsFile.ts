import * as vscode from "vscode";
import { keyOf, type SetForGateways, setFor, withGatewaySettings } from "../../connections/settings/setForGateways.ts";
import { isJsonObject } from "../../lib/json/jsonObject.ts";
import { gatewaysSetting } from "../gatewaysSetting.ts";

const KEY = "gatewayConnect.gateways";

/**
 * Opens the person's settings at what is set for a gateway, where completion knows all that can be set. A gateway for which
 * nothing is set gets an entry with nothing in it, which changes nothing.
 *
 * @param name the setting to go to, if it is set
 */
export async function openSettingsFile(url: string, name?: string): Promise<void> {
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
  const at = placeOf(editor.document.getText(), isSet ? [KEY, key, name] : [KEY, key]);
  if (at === undefined) return;
  const place = editor.document.positionAt(at);
  editor.selection = new vscode.Selection(place, place);
  editor.revealRange(new vscode.Range(place, place), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  if (!isSet) await vscode.commands.executeCommand("editor.action.triggerSuggest");
}

/** Where the value of a member begins, of an object after its bracket. It is a place to look at: a comment may mislead it. */
function placeOf(text: string, names: readonly string[]): number | undefined {
  let at = 0;
  for (const name of names) {
    const written = JSON.stringify(name);
    const found = text.indexOf(written, at);
    if (found < 0) return undefined;
    at = found + written.length;
  }
  const [colon = ""] = /^\s*:\s*\{?/.exec(text.slice(at)) ?? [];
  return at + colon.length;
}
