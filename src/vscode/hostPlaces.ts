import * as vscode from "vscode";
import {
  type HostFile,
  type HostScope,
  hostFilePath,
  hostOfEditor,
  hosts,
  type MachineFolders,
} from "../hosts/hosts.ts";

/** Every file that a host here may have, this editor's own first. */
export function hostPlaces(machine: MachineFolders): readonly (HostFile & { readonly scope: HostScope })[] {
  const own = hostOfEditor(vscode.env.appName);
  const ordered = [...hosts].sort((one, other) => Number(other === own) - Number(one === own));
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  return ordered.flatMap((host) => {
    const place = (scope: HostScope, workspace?: string) => {
      const path = hostFilePath(host, scope, { ...machine, workspace });
      return path === undefined ? [] : [{ host, scope, path }];
    };
    return [...place("user"), ...folders.flatMap((folder) => place("workspace", folder))];
  });
}
