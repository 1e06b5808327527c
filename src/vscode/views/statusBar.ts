import * as vscode from "vscode";
import { type GatewaySummary, type NeededAct, statusBarText } from "../../connections/gatewayStatus.ts";
import type { FailureWords } from "../../failures/wording.ts";
import { clockTime } from "../clockTime.ts";
import { commandName } from "../commands/commandIds.ts";

/** Shows who is signed in to what in the status bar. A click does what is needed there, or opens the menu. */
export class StatusBar implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem("gatewayConnect.status", vscode.StatusBarAlignment.Right, 100);
  readonly #loadWords: () => Promise<{ readonly failureWords: FailureWords }>;

  /** @param loadWords called when a failure is to be shown */
  constructor(loadWords: () => Promise<{ readonly failureWords: FailureWords }>) {
    this.#loadWords = loadWords;
    this.#item.name = "Gateway Connect";
  }

  async show(gateways: readonly GatewaySummary[]): Promise<void> {
    const hasFailed = gateways.some(({ state }) => state.kind === "attention");
    const { failureWords } = hasFailed ? await this.#loadWords() : noFailure;
    const status = statusBarText(gateways, { time: clockTime, failureWords, now: () => Date.now() });
    if (!status) {
      this.#item.hide();
      return;
    }
    this.#item.text = `$(${status.icon}) ${status.text}`;
    this.#item.tooltip = new vscode.MarkdownString(status.tooltip, true);
    this.#item.command = status.click ? commandOf(status.click) : commandName("showMenu");
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

const commandOf = ({
  act,
  connectionId,
}: {
  readonly act: NeededAct;
  readonly connectionId: string;
}): vscode.Command => ({
  command: commandName(act),
  title: "",
  arguments: [connectionId],
});

/** Never called: no gateway is in a state that needs words. */
const noFailure = {
  failureWords: ({ code }: { readonly code: string }) => ({ title: code, detail: "", nextStep: "" }),
};
