import * as vscode from "vscode";
import type { ServerName } from "../core/diagnosis/askedAccess.ts";
import { readHostFile } from "../core/hosts/hostFile.ts";
import { hostOf, hostOfEditor } from "../core/hosts/hosts.ts";
import type { HostPlace } from "./mcpJson.ts";

/**
 * The servers in the files that this editor reads, for the person and for the folder.
 *
 * @throws GatewayFailure `host_file_invalid` for a file in which nobody could find a name
 */
export async function serverNames(
  places: readonly HostPlace[],
  read: (path: string) => Promise<string | undefined>,
): Promise<readonly ServerName[]> {
  const own = hostOfEditor(vscode.env.appName) ?? hostOf("vscode");
  const files = places.filter(({ host }) => host === own);
  const all = await Promise.all(
    files.map(async ({ host, path }) =>
      readHostFile(await read(path), host.rootKey, path).map(({ key, connectionId }) => ({
        file: path,
        name: key,
        ...(connectionId !== undefined && { connectionId }),
      })),
    ),
  );
  return all.flat();
}
