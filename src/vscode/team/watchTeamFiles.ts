import * as vscode from "vscode";

/** The file in which a repository suggests gateways. */
export const teamFileOf = (folder: vscode.Uri): vscode.Uri => vscode.Uri.joinPath(folder, ".vscode", "gateways.json");

/**
 * Tells where a repository suggests gateways, and when that changes. Nothing of a workspace is looked at that the person does
 * not trust.
 *
 * @param changed called with the first file, and with each change after it
 */
export function watchTeamFiles(changed: () => void): vscode.Disposable {
  const { workspace } = vscode;
  let isKnown = false;
  const look = async (): Promise<void> => {
    const all = workspace.isTrusted ? (workspace.workspaceFolders ?? []) : [];
    const sizes = all.map(({ uri }) => workspace.fs.stat(teamFileOf(uri)));
    if ((await Promise.allSettled(sizes)).some(({ status }) => status === "fulfilled")) isKnown = true;
    if (isKnown) changed();
  };
  const act = () => void look();
  const watcher = workspace.createFileSystemWatcher("**/.vscode/gateways.json");
  act();
  return vscode.Disposable.from(
    ...[watcher, watcher.onDidCreate(act), watcher.onDidChange(act), watcher.onDidDelete(act)],
    ...[workspace.onDidChangeWorkspaceFolders(act), workspace.onDidGrantWorkspaceTrust(act)],
  );
}
