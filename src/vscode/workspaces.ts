import * as vscode from "vscode";
import { foreignPlaces, type IsForeign } from "../system/ownPrograms.ts";

/** The folders of the workspace, as they are now. */
export const workspaces = (): readonly string[] =>
  (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);

/** Whether a program lies in the workspace as it is now, or in the current directory. */
export const isForeignHere: IsForeign = (path) => foreignPlaces(workspaces())(path);
