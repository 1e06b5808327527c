import * as vscode from "vscode";
import { type Host, type HostLocations, type HostScope, hostFilePath, hostOfEditor, hosts } from "../hosts/hosts.ts";

/** A file that an entry may go to. */
export interface HostPlace {
  readonly host: Host;
  readonly path: string;
}

/** Where things are on this machine, but for the workspace. */
export type MachinePlaces = Omit<HostLocations, "workspace">;

/** Every file that a host here may have, this editor's own first. */
export function hostPlaces(machine: MachinePlaces): readonly (HostPlace & { readonly scope: HostScope })[] {
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
