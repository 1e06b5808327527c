import * as vscode from "vscode";
import { asFailure, isFailure } from "../../failures/failure.ts";
import type { Log } from "../../lib/log.ts";
import { translate } from "../translate.ts";
import type { showFailure } from "./showFailure.ts";
import { tellFact } from "./tellFact.ts";
import { type Tell, type UnaskedMessagesWorld, unaskedMessages } from "./unaskedMessages.ts";

/**
 * Tells the person about a failure, and the log.
 *
 * @param gateway whose it is: the id of a connection, or an address where there is none yet
 */
export type ShowFailure = (error: unknown, gateway?: string) => void;

export interface FailureMessages {
  /** For what happens by itself: a gateway, a host or a file may cause as many as it likes, and only some are shown. */
  readonly showFailure: ShowFailure;
  /** For the failure of what a person did just now, who waits for an answer: always shown. */
  readonly answerFailure: ShowFailure;
  /** Shows other messages that nobody asked for, within the same bounds. */
  readonly tell: Tell;
}

/** Shows failures, and loads their words with the first one. */
export function failureMessages(
  load: () => Promise<{ readonly showFailure: typeof showFailure }>,
  world: UnaskedMessagesWorld & { readonly log: Log },
): FailureMessages {
  const tell = unaskedMessages(world);
  const by =
    (way: Tell): ShowFailure =>
    (error, gateway) => {
      load().then(
        (words) => words.showFailure(error, { log: world.log, tell: way, gateway }),
        (missing: unknown) => showWithoutWords(asFailure(error).code, missing, { log: world.log, tell: way }),
      );
    };
  return { showFailure: by(tell), answerFailure: by(({ show }) => void show()), tell };
}

/** Shows the one failure whose words cannot be loaded, because they are in the missing file. */
function showWithoutWords(
  code: string,
  missing: unknown,
  { log, tell }: { readonly log: Log; readonly tell: Tell },
): void {
  const file = isFailure(missing, "part_not_loaded") ? missing.facts.file : translate("a part of it");
  log.error("a failure could not be explained", { code, file });
  const text = vscode.l10n.t(
    "Gateway Connect is not complete: {0} cannot be loaded. Install the extension again, and reload the window. ({1})",
    file,
    code,
  );
  tell({ text, show: () => tellFact(text, { severity: "error" }) });
}
