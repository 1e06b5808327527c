import * as vscode from "vscode";
import { GatewayFailure } from "../failures/failure.ts";
import { messageOf } from "../lib/causes.ts";

/** `gatewayConnect.gateways` as the person has set it for all their windows, which is where the extension writes it too. */
export const gatewaysSetting = {
  read: (): unknown => vscode.workspace.getConfiguration("gatewayConnect").inspect("gateways")?.globalValue,
  write: (value: unknown): Promise<void> => writeSetting("gateways", value),
};

/**
 * Writes a setting of the extension for all windows of the person.
 *
 * @throws GatewayFailure `setting_not_written`: the editor writes none into a file with changes that are not saved
 */
export async function writeSetting(name: string, value: unknown): Promise<void> {
  try {
    await vscode.workspace.getConfiguration("gatewayConnect").update(name, value, vscode.ConfigurationTarget.Global);
  } catch (cause) {
    const facts = { setting: `gatewayConnect.${name}`, reason: messageOf(cause) };
    throw new GatewayFailure("setting_not_written", facts, { cause });
  }
}
