import * as vscode from "vscode";
import {
  MOST_TEAM_FILE_BYTES,
  readTeamFile,
  type TeamFile,
  unreadTeamFile,
} from "../../connections/offers/teamFile.ts";
import type { SuggestedFile } from "../../connections/tree/suggestedFile.ts";
import { sha256Hex } from "../../lib/sha256Hex.ts";
import { teamFileOf } from "./watchTeamFiles.ts";

/** The files in which the folders of this window suggest gateways; none where the workspace is not trusted. */
export async function readTeamFiles(): Promise<readonly SuggestedFile[]> {
  if (!vscode.workspace.isTrusted) return [];
  const folders = vscode.workspace.workspaceFolders ?? [];
  const read = await Promise.all(folders.map((folder) => readOne(folder, folders.length > 1)));
  return read.filter((one) => one !== undefined);
}

async function readOne(
  { uri, name }: vscode.WorkspaceFolder,
  isOneOfSeveral: boolean,
): Promise<SuggestedFile | undefined> {
  const file = teamFileOf(uri);
  const read = await contentOf(file);
  if (read === undefined) return undefined;
  const { gateways, faults } = read;
  return {
    uri: file.toString(),
    path: isOneOfSeveral ? `${name}/.vscode/gateways.json` : ".vscode/gateways.json",
    ...(isOneOfSeveral && { folder: name }),
    gateways,
    faults,
    // What it suggests, and not how it is written: another comment is no other suggestion.
    hash: await sha256Hex(JSON.stringify(gateways.map(({ line: _, ...offered }) => offered))),
  };
}

/** What a file says; undefined where there is none. What is no regular file is not read: it may have no end. */
async function contentOf(file: vscode.Uri): Promise<TeamFile | undefined> {
  try {
    const { type, size } = await vscode.workspace.fs.stat(file);
    if (!(type & vscode.FileType.File)) return unreadTeamFile("irregular");
    if (size > MOST_TEAM_FILE_BYTES) return unreadTeamFile("tooLarge");
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await vscode.workspace.fs.readFile(file));
    return readTeamFile(text);
  } catch (error) {
    return error instanceof TypeError ? unreadTeamFile("notUtf8") : undefined;
  }
}
