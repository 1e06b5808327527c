import * as vscode from "vscode";
import { asFailure, isFailure } from "../failures/failure.ts";
import type { Log } from "../lib/log.ts";
import type { showFailure } from "./showFailure.ts";
import { translate } from "./translate.ts";

/**
 * Tells the person about a failure, and the log.
 *
 * @param gateway whose it is: the id of a connection, or an address where there is none yet
 */
export type ShowFailure = (error: unknown, gateway?: string) => void;

/** Shows failures, and loads their words with the first one. */
export function failureMessages(
  load: () => Promise<{ readonly showFailure: typeof showFailure }>,
  log: Log,
): ShowFailure {
  return (error, gateway) => {
    load().then(
      (words) => words.showFailure(error, log, gateway),
      (missing: unknown) => showWithoutWords(asFailure(error).code, missing, log),
    );
  };
}

/** Shows the one failure whose words cannot be loaded, because they are in the missing file. */
function showWithoutWords(code: string, missing: unknown, log: Log): void {
  const file = isFailure(missing, "part_not_loaded") ? missing.facts.file : translate("a part of it");
  log.error("a failure could not be explained", { code, file });
  void vscode.window.showErrorMessage(
    vscode.l10n.t(
      "Gateway Connect is not complete: {0} cannot be loaded. Install the extension again, and reload the window. ({1})",
      file,
      code,
    ),
  );
}
