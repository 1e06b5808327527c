import * as vscode from "vscode";
import { asFailure } from "../core/failure.ts";
import { failureText } from "../core/failureText.ts";
import type { Log } from "../core/log.ts";

/** Shows a failure: what happened, expected and found, what to do next, and its code for those who are asked for help. */
export function showFailure(error: unknown, log: Log): void {
  const failure = asFailure(error);
  const { title, detail, nextStep } = failureText(failure);
  log.error(title, { code: failure.code, detail });
  void vscode.window
    .showErrorMessage(`${title} ${detail} ${nextStep} (${failure.code})`, "Show Log", "Copy Diagnostics")
    .then((chosen) => {
      if (chosen === "Show Log") void vscode.commands.executeCommand("gatewayConnect.showLog");
      if (chosen === "Copy Diagnostics") void vscode.commands.executeCommand("gatewayConnect.copyDiagnostics");
    });
}
