import * as vscode from "vscode";

/**
 * Puts a text on the clipboard, and says so for a moment in the status bar.
 *
 * @param shownMs how long, in milliseconds
 */
export async function copyText(text: string, said: string, shownMs = 4_000): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage(`$(check) ${said}`, shownMs);
}
