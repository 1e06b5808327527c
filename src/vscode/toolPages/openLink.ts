import * as vscode from "vscode";
import { webAddress } from "../../toolPage/webAddress.ts";

/**
 * Opens an address that stands in a description or a result. Whoever wrote it is not trusted: only https is opened, and the
 * editor asks the person first, with the whole address before them.
 */
export async function openLink(href: string): Promise<void> {
  const address = webAddress(href);
  if (address !== undefined) await vscode.env.openExternal(vscode.Uri.parse(address, true));
}
