import * as vscode from "vscode";

/**
 * Asks before something is done that nobody can take back, and offers more than one way to do it.
 *
 * @param ways what the buttons say
 * @returns what the person chose; undefined where they want none of it
 */
export async function chosenWay(
  question: string,
  detail: string,
  ways: readonly string[],
): Promise<string | undefined> {
  return await vscode.window.showWarningMessage(question, { modal: true, detail }, ...ways);
}

/**
 * Asks before something is done that nobody can take back.
 *
 * @param go what the button says that does it
 * @returns whether the person wants it
 */
export async function isConfirmed(question: string, detail: string, go: string): Promise<boolean> {
  return (await chosenWay(question, detail, [go])) === go;
}
