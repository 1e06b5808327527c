import * as vscode from "vscode";
import type { SettingsValues } from "../connections/resolvedConnection.ts";

/** The settings as they are now; what they mean is decided where they are read. */
export function settingsValues(): SettingsValues {
  const settings = vscode.workspace.getConfiguration("gatewayConnect");
  return {
    gateways: settings.get("gateways"),
    shared: {
      ports: settings.get("redirectPorts"),
      path: settings.get("redirectPath"),
      host: settings.get("redirectHost"),
    },
  };
}
