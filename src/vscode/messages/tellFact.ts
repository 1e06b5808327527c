import * as vscode from "vscode";
import { translate } from "../translate.ts";

/** About how many Latin letters the editor shows of a message without a button: one line, and the rest only once it is unfolded. */
const ONE_LINE = 50;

export interface FactOptions {
  readonly severity?: "information" | "warning" | "error";
  readonly buttons?: readonly string[];
}

/**
 * Tells something that is so, or was done. The editor cuts a message that has no button after its first line, so that a longer one
 * gets a button that only puts it away.
 *
 * @returns the button that was pressed
 */
export function tellFact(
  text: string,
  { severity = "information", buttons = [] }: FactOptions = {},
): Thenable<string | undefined> {
  const isLong = text.replace(/[\u1100-\uffff]/g, "xx").length > ONE_LINE;
  const shown = buttons.length === 0 && isLong ? [translate("OK")] : buttons;
  switch (severity) {
    case "information":
      return vscode.window.showInformationMessage(text, ...shown);
    case "warning":
      return vscode.window.showWarningMessage(text, ...shown);
    case "error":
      return vscode.window.showErrorMessage(text, ...shown);
  }
}
