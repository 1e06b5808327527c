import * as vscode from "vscode";
import type { Connection } from "../../connections/connection.ts";
import type { ClientElsewhere } from "../../connections/signIn/clientElsewhere.ts";
import { type FailureWords, failureLine } from "../../failures/wording.ts";
import type { Answer } from "./box.ts";
import { askClientId, askCredential } from "./questions.ts";
import { WrittenSettings } from "./writtenSettings.ts";

/**
 * Asks for the client at the other issuer that a gateway moved to, in the boxes of Connect Gateway.
 *
 * @param known the client ID that the settings have, which may be the same there
 */
export function askClientElsewhere(
  { name }: Connection,
  known: string | undefined,
  failureWords: FailureWords,
): ClientElsewhere {
  const title = vscode.l10n.t("Sign In to {0}", name);
  let value = known;
  let problem: string | undefined;
  let wasAsked = false;
  return {
    get wasAsked() {
      return wasAsked;
    },
    async clientId(issuer, redirectUri, provider) {
      wasAsked = true;
      const given = { value, problem, canGoBack: false };
      const answer = textOf(await askClientId(title, { issuer, redirectUri, provider }, given));
      value = answer ?? value;
      return answer;
    },
    async credential(issuer, clientId) {
      return textOf(await askCredential(title, { issuer, clientId }, { value: undefined, problem, canGoBack: false }));
    },
    refuse(failure) {
      problem = failureLine(failureWords(failure));
    },
    write: (url, clientId) => new WrittenSettings().write(url, { clientId }),
  };
}

const textOf = (answer: Answer): string | undefined => (answer.kind === "answered" ? answer.text : undefined);
