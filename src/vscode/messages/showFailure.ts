import * as vscode from "vscode";
import { gatewayOf, isExplainable } from "../../diagnosis/explainable.ts";
import { asFailure } from "../../failures/failure.ts";
import { failureLine } from "../../failures/wording.ts";
import type { Log } from "../../lib/log.ts";
import { executeCommand } from "../commands/executeCommand.ts";
import { translate } from "../translate.ts";
import { failureWords } from "./failureWords.ts";
import { logFailure } from "./logFailure.ts";
import type { Tell } from "./unaskedMessages.ts";

const explain = translate("Explain Access");
const showLog = translate("Show Log");
const copyDiagnostics = translate("Copy Diagnostics");

export interface ShowFailureWorld {
  readonly log: Log;
  /** The way by which the message is shown. */
  readonly tell: Tell;
  /** Whose it is: the id of a connection, or an address where there is none yet. */
  readonly gateway: string | undefined;
}

/** Shows a failure: what happened, expected and found, what to do next, and its code for those who are asked for help. */
export function showFailure(error: unknown, { log, tell, gateway }: ShowFailureWorld): void {
  const failure = asFailure(error);
  const words = failureWords(failure);
  logFailure(failure, log);
  const text = `${failureLine(words)} (${failure.code})`;
  const buttons = [...(isExplainable(failure) ? [explain] : []), showLog, copyDiagnostics];
  const show = async (): Promise<void> => {
    const chosen = await vscode.window.showErrorMessage(text, ...buttons);
    if (chosen === explain) void executeCommand("explainAccess", gatewayOf(failure) ?? gateway);
    if (chosen === showLog) void executeCommand("showLog");
    if (chosen === copyDiagnostics) void executeCommand("copyDiagnostics");
  };
  tell({ text, gateway, show });
}
