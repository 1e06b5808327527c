import * as vscode from "vscode";
import type { SettingsValues } from "../../connections/settings/readGatewaySettings.ts";
import { layersOf, type SharedRules, type ToolLayers } from "../../connections/toolRules/toolLayers.ts";

/**
 * What is set about the tools of a gateway now. What a workspace sets stands beside what the person has set and not in its
 * place, so that it only narrows.
 */
export function editorToolLayers(url: string, settings: SettingsValues): ToolLayers {
  return layersOf(settings, url, sharedRules());
}

/** What is set about the tools of all gateways. */
export function sharedRules(): SharedRules {
  const set = vscode.workspace.getConfiguration("gatewayConnect").inspect("tools");
  return { user: set?.globalValue, workspace: set?.workspaceValue };
}
