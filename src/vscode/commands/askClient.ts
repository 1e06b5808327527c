import * as vscode from "vscode";
import { foreignText } from "../../lib/foreignText.ts";
import { translate } from "../translate.ts";

/** Refuses an empty input. */
const askPlatformTeam = (text: string): string | undefined =>
  text.trim() === "" ? translate("Ask your platform team for it.") : undefined;

/** Asks for the secret or key of a client. @param known stands in the input already */
export async function askCredential({
  title,
  issuer,
  clientId,
  known = "",
}: {
  readonly title: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly known?: string | undefined;
}): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title,
    prompt: translate(
      "The secret of {0} at {1}, or its private key (PKCS #8 PEM or JSON Web Key). It is kept in the editor's secret storage.",
      clientId,
      foreignText(issuer),
    ),
    placeHolder: translate("Client secret or private key"),
    value: known,
    password: true,
    ignoreFocusOut: true,
    validateInput: askPlatformTeam,
  });
}
