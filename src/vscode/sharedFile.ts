import { mkdirSync } from "node:fs";
import { basename, dirname } from "node:path";
import * as vscode from "vscode";

/**
 * Calls back when any window has written a file that windows share.
 *
 * The editor watches a folder that is not there yet only by looking for it every few seconds, and misses what is written
 * in it until then: the first window's first gateway.
 */
export function onFileChanged(path: string, act: () => unknown): vscode.Disposable {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const pattern = new vscode.RelativePattern(vscode.Uri.file(dirname(path)), basename(path));
  const watcher = vscode.workspace.createFileSystemWatcher(pattern, false, false, true);
  return vscode.Disposable.from(watcher, watcher.onDidCreate(act), watcher.onDidChange(act));
}
