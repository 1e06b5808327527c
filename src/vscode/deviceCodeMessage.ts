import * as vscode from "vscode";
import type { DeviceCode } from "../oauth/signIn/deviceCode.ts";

/** Shows the code of a sign-in on another device, and opens its page for whoever wants it here. */
export function showCode(
  gateway: string,
  { userCode, verificationUri, completeUri, minutes }: DeviceCode,
  isOver: () => boolean,
): void {
  const open = "Copy Code and Open Page";
  const text = `To sign in to ${gateway}, enter the code ${userCode} at ${verificationUri} on any device, within ${minutes} minutes.`;
  void vscode.window.showInformationMessage(text, open, "Copy Code").then(async (chosen) => {
    if (chosen === undefined) return;
    if (isOver()) return void vscode.window.showInformationMessage("That sign-in has ended, and its code with it.");
    await vscode.env.clipboard.writeText(userCode);
    if (chosen === open) await vscode.env.openExternal(vscode.Uri.parse(completeUri ?? verificationUri, true));
  });
}
