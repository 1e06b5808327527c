import * as vscode from "vscode";
import type { ServerName } from "../diagnosis/askedAccess.ts";
import type { readHostFile } from "../hosts/formats/jsonServers.ts";
import { hostOfEditor } from "../hosts/hosts.ts";
import type { HostPlace } from "./hostPlaces.ts";

export interface ServerNamesWorld {
  readonly places: readonly HostPlace[];
  readonly read: (path: string) => Promise<string | undefined>;
  readonly readHostFile: typeof readHostFile;
}

/**
 * Lists the servers in the files that this editor's own agent reads: one of them may have the name of one of ours.
 *
 * @throws GatewayFailure `host_file_invalid`
 */
export async function serverNames({ places, read, readHostFile }: ServerNamesWorld): Promise<readonly ServerName[]> {
  const own = hostOfEditor(vscode.env.appName)?.id ?? "vscode";
  const found: ServerName[] = [];
  for (const { host, path } of places.filter((place) => place.host.id === own)) {
    for (const { key, connectionId } of readHostFile(await read(path), host.rootKey, path)) {
      found.push({ file: path, name: key, ...(connectionId !== undefined && { connectionId }) });
    }
  }
  return found;
}
