import * as vscode from "vscode";
import {
  type GatewaySummary,
  type NeededAct,
  type StatusWords,
  statusBarText,
} from "../../connections/gatewayStatus.ts";
import type { FailureWords } from "../../failures/wording.ts";
import { clockTime } from "../clockTime.ts";
import { commandName } from "../commands/commandIds.ts";
import { translate } from "../translate.ts";

/** Words for what goes wrong, which are loaded when something does. */
export interface LongWords {
  readonly failureWords: FailureWords;
  readonly barText: StatusWords["barText"];
}

/** Shows who is signed in to what in the status bar. A click does what is needed there, or opens the menu. */
export class StatusBar implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem("gatewayConnect.status", vscode.StatusBarAlignment.Right, 100);
  readonly #loadWords: () => Promise<LongWords>;

  /** @param loadWords called when a failure, or a rule that keeps tools away, is to be shown */
  constructor(loadWords: () => Promise<LongWords>) {
    this.#loadWords = loadWords;
    this.#item.name = "Gateway Connect";
  }

  async show(gateways: readonly GatewaySummary[]): Promise<void> {
    const isTroubled = gateways.some(({ state, barred }) => state.kind === "attention" || barred !== undefined);
    const { failureWords, barText } = isTroubled ? await this.#loadWords() : noTrouble;
    const words = { time: clockTime, failureWords, barText, now: () => Date.now(), say: translate };
    const status = statusBarText(gateways, words);
    if (!status) {
      this.#item.hide();
      return;
    }
    this.#item.text = `$(${status.icon}) ${status.text}`;
    this.#item.tooltip = new vscode.MarkdownString(status.tooltip, true);
    this.#item.command = status.click ? commandOf(status.click) : commandName("showMenu");
    this.#item.accessibilityInformation = { label: ["Gateway Connect", status.text].join(": ") };
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
const noTrouble = {
  failureWords: ({ code }: { readonly code: string }) => ({ title: code, detail: "", nextStep: "" }),
  barText: (bar: string) => bar,
};
