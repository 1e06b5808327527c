import * as vscode from "vscode";
import { type SettingsValues, sharedSettings } from "../connections/settings/readGatewaySettings.ts";

/** The settings as they are now; what they mean is decided where they are read. */
export function settingsValues(): SettingsValues {
  const settings = vscode.workspace.getConfiguration("gatewayConnect");
  return {
    gateways: settings.get("gateways"),
    shared: Object.fromEntries(sharedSettings.map((name) => [name, settings.get(name)])),
  };
}
