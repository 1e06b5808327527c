import * as vscode from "vscode";
import { type SettingsValues, sharedSettings } from "../connections/settings/readGatewaySettings.ts";

/** The settings as they are now; what they mean is decided where they are read. */
export function settingsValues(): SettingsValues {
  const settings = vscode.workspace.getConfiguration("gatewayConnect");
  return {
    gateways: plain(settings.get("gateways")),
    enterprise: plain(settings.get("enterpriseIdentityProvider")),
    shared: Object.fromEntries(sharedSettings.map((name) => [name, plain(settings.get(name))])),
  };
}

/**
 * The value without the editor's proxies. Those find what is to be written as JSON by a path of names with dots between
 * them: below a gateway's address, which has dots of its own, `JSON.stringify` gets nothing, and every later look fails.
 */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]));
}
