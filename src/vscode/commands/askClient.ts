import * as vscode from "vscode";
import { foreignText } from "../../lib/foreignText.ts";

/** Refuses an empty input. */
const askPlatformTeam = (text: string): string | undefined =>
  text.trim() === "" ? "Ask your platform team for it." : undefined;

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
    prompt: `The secret of ${clientId} at ${foreignText(issuer)}, or its private key (PKCS #8 PEM or JSON Web Key). It is kept in the editor's secret storage.`,
    placeHolder: "Client secret or private key",
    value: known,
    password: true,
    ignoreFocusOut: true,
    validateInput: askPlatformTeam,
  });
}

/** Asks for the ID of a client that signs in as itself. */
export async function askMachineClientId(title: string, issuer: string): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title,
    prompt: `The client ID at ${foreignText(issuer)} that may use the client credentials grant`,
    placeHolder: "Client ID",
    ignoreFocusOut: true,
    validateInput: askPlatformTeam,
  });
}

/** Asks for the client ID, showing what has to be registered, with a button that copies it. @param known stands in the input already */
export function askClientId({
  title,
  issuer,
  redirectUri,
  known = "",
}: {
  readonly title: string;
  readonly issuer: string;
  readonly redirectUri: string;
  readonly known?: string | undefined;
}): Promise<string | undefined> {
  const input = vscode.window.createInputBox();
  const copy: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon("copy"),
    tooltip: "Copy the redirect URI",
  };
  input.title = title;
  input.prompt = `${foreignText(issuer)} needs a client ID. Register a native (public) application there with the redirect URI ${redirectUri}, then enter its client ID.`;
  input.placeholder = "Client ID";
  input.value = known;
  input.ignoreFocusOut = true;
  input.buttons = [copy];
  return new Promise((resolve) => {
    input.onDidTriggerButton(async () => {
      await vscode.env.clipboard.writeText(redirectUri);
      vscode.window.setStatusBarMessage(`$(check) Copied ${redirectUri}`, 4_000);
    });
    input.onDidAccept(() => {
      const problem = askPlatformTeam(input.value);
      if (problem !== undefined) {
        input.validationMessage = problem;
        return;
      }
      resolve(input.value);
      input.hide();
    });
    input.onDidHide(() => {
      resolve(undefined);
      input.dispose();
    });
    input.show();
  });
}
