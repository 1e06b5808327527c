import * as vscode from "vscode";
import { type GatewaySummary, statusBarText } from "../connections/gatewayStatus.ts";
import { clockTime } from "./outputLog.ts";

/** Who is signed in to what, at the lower edge of the editor. A click opens the menu. */
export class StatusBar implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem("gatewayConnect.status", vscode.StatusBarAlignment.Right, 100);

  constructor() {
    this.#item.name = "Gateway Connect";
    this.#item.command = "gatewayConnect.showMenu";
  }

  show(gateways: readonly GatewaySummary[]): void {
    const status = statusBarText(gateways, clockTime);
    if (!status) {
      this.#item.hide();
      return;
    }
    this.#item.text = `$(${status.icon}) ${status.text}`;
    this.#item.tooltip = new vscode.MarkdownString(status.tooltip, true);
    this.#item.accessibilityInformation = { label: `Gateway Connect: ${status.text}` };
    this.#item.backgroundColor = status.attention
      ? new vscode.ThemeColor("statusBarItem.warningBackground")
      : undefined;
    this.#item.show();
  }

  dispose(): void {
    this.#item.dispose();
  }
}
