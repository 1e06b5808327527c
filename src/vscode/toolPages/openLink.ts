import * as vscode from "vscode";

/**
 * Opens an address that stands in a description or a result. Whoever wrote it is not trusted: only https is opened, and the
 * editor asks the person first, with the whole address before them.
 */
export async function openLink(href: string): Promise<void> {
  let url: URL;
  try {
    url = new URL(href);
  } catch {
    return;
  }
  if (url.protocol !== "https:") return;
  await vscode.env.openExternal(vscode.Uri.parse(url.href, true));
}
