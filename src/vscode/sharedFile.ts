import { basename, dirname } from "node:path";
import * as vscode from "vscode";

/** Calls back when any window has written a file that windows share. */
export function onFileChanged(path: string, act: () => unknown): vscode.Disposable {
  const pattern = new vscode.RelativePattern(vscode.Uri.file(dirname(path)), basename(path));
  const watcher = vscode.workspace.createFileSystemWatcher(pattern, false, false, true);
  return vscode.Disposable.from(watcher, watcher.onDidCreate(act), watcher.onDidChange(act));
}
