import * as vscode from "vscode";

/**
 * The address that brings this window to the front, for the page in the browser that a sign-in ends on.
 *
 * The editor asks the person before it passes the first such address on, and focuses its window once a handler took it.
 * Where several windows are open, `asExternalUri` adds which of them it is.
 *
 * @param extension the extension's id
 * @returns undefined in an editor that is itself a page in the browser, which no address brings to the front
 */
export async function returnUri(extension: string): Promise<string | undefined> {
  const { uiKind, uriScheme } = vscode.env;
  if (uiKind !== vscode.UIKind.Desktop) return undefined;
  try {
    const address = await vscode.env.asExternalUri(vscode.Uri.parse(`${uriScheme}://${extension}/signed-in`));
    return address.toString(true);
  } catch {
    // The page does without a link.
    return undefined;
  }
}

/**
 * Takes the addresses that every page in a browser can open: that of `returnUri`, for which nothing more is done, and set-up
 * links.
 *
 * @param follow called with the query of a set-up link, which is decoded once
 */
export const uriHandler = (follow: (query: string) => void): vscode.UriHandler => ({
  handleUri({ path, query, fragment }) {
    // What stands behind a sharp sign belongs to no parameter.
    if (path === "/connect") follow(fragment === "" ? query : `${query}&#`);
  },
});
