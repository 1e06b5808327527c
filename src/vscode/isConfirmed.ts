import * as vscode from "vscode";

/**
 * Asks before something is done that nobody can take back.
 *
 * @param go what the button says that does it
 * @returns whether the person wants it
 */
export async function isConfirmed(question: string, detail: string, go: string): Promise<boolean> {
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, go)) === go;
}
