import * as vscode from "vscode";
import { tellFact } from "../messages/tellFact.ts";
import type { EditorSignIn } from "../signIn/editorSignIn.ts";
import { translate } from "../translate.ts";

/** **Paste the Address You Were Sent To…**: finishes a sign-in whose browser runs on another machine. */
export async function pasteRedirectCommand(browser: EditorSignIn): Promise<void> {
  if (!browser.waiting) {
    void tellFact(translate("No sign-in is waiting for an address."));
    return;
  }
  const address = await vscode.window.showInputBox({
    title: translate("Paste the Address You Were Sent To"),
    prompt: translate("The whole address of the page your browser could not open after you signed in"),
    placeHolder: "http://localhost:3334/oauth/callback?code=…",
    ignoreFocusOut: true,
    password: true,
  });
  if (address) await browser.paste(address);
}
