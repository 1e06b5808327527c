import * as vscode from "vscode";

/**
 * Opens the authorization page in the person's browser, after making sure that it finds its way back.
 *
 * `asExternalUri` makes the editor forward the port where it runs on another machine. Its answer is not used as the
 * redirect URI: the identity provider knows only the one that was registered.
 */
export async function openBrowser(authorizationUrl: string, redirectUri: string): Promise<boolean> {
  const { origin, protocol } = new URL(redirectUri);
  if (vscode.env.remoteName !== undefined && protocol === "http:") {
    await Promise.resolve(vscode.env.asExternalUri(vscode.Uri.parse(origin))).catch(() => undefined);
  }
  // A `+` would be taken for a plus sign on the way: the editor writes the address anew.
  return vscode.env.openExternal(vscode.Uri.parse(authorizationUrl.replaceAll("+", "%20"), true));
}
