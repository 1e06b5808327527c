import * as vscode from "vscode";
import { layersOf, type ToolLayers } from "../connections/toolRules/toolLayers.ts";
import { settingsValues } from "./settingsValues.ts";

/**
 * What is set about the tools of a gateway now. What a workspace sets stands beside what the person has set and not in its
 * place, so that it only narrows.
 */
export function toolLayers(url: string): ToolLayers {
  const set = vscode.workspace.getConfiguration("gatewayConnect").inspect("tools");
  return layersOf(settingsValues().gateways, url, { user: set?.globalValue, workspace: set?.workspaceValue });
}
