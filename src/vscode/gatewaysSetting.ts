import * as vscode from "vscode";

/** `gatewayConnect.gateways` as the person has set it for all their windows, which is where the extension writes it too. */
export const gatewaysSetting = {
  read: (): unknown => vscode.workspace.getConfiguration("gatewayConnect").inspect("gateways")?.globalValue,
  async write(value: unknown): Promise<void> {
    const settings = vscode.workspace.getConfiguration("gatewayConnect");
    await settings.update("gateways", value, vscode.ConfigurationTarget.Global);
  },
};
