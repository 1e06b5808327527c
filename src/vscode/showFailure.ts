import * as vscode from "vscode";
import { gatewayOf, isExplicable } from "../diagnosis/explicable.ts";
import { asFailure } from "../failures/failure.ts";
import { failureLine } from "../failures/wording.ts";
import type { Log } from "../lib/log.ts";
import { executeCommand } from "./commands/executeCommand.ts";
import { failureWords } from "./failureWords.ts";
import { translate } from "./translate.ts";

const explain = translate("Explain Access");
const showLog = translate("Show Log");
const copyDiagnostics = translate("Copy Diagnostics");

/**
 * Shows a failure: what happened, expected and found, what to do next, and its code for those who are asked for help.
 *
 * @param gateway whose it is: the id of a connection, or an address where there is none yet
 */
export function showFailure(error: unknown, log: Log, gateway?: string): void {
  const failure = asFailure(error);
  const words = failureWords(failure);
  log.error(words.title, { code: failure.code, detail: words.detail });
  const buttons = [...(isExplicable(failure) ? [explain] : []), showLog, copyDiagnostics];
  void vscode.window.showErrorMessage(`${failureLine(words)} (${failure.code})`, ...buttons).then((chosen) => {
    if (chosen === explain) void executeCommand("explainAccess", gatewayOf(failure) ?? gateway);
    if (chosen === showLog) void executeCommand("showLog");
    if (chosen === copyDiagnostics) void executeCommand("copyDiagnostics");
  });
}
