import * as vscode from "vscode";
import type { ServerName } from "../../diagnosis/askedAccess.ts";
import type { formatOf } from "../../hosts/formats/formats.ts";
import { hostIdOfEditor } from "../../hosts/hostIds.ts";
import type { HostFile } from "../../hosts/hosts.ts";

export interface ServerNamesWorld {
  readonly places: readonly HostFile[];
  readonly read: (path: string) => Promise<string | undefined>;
  readonly formatOf: typeof formatOf;
}

/**
 * Lists the servers in the files that this editor's own agent reads: one of them may have the name of one of ours.
 *
 * @throws GatewayFailure `host_file_invalid`
 */
export async function serverNames({ places, read, formatOf }: ServerNamesWorld): Promise<readonly ServerName[]> {
  const own = hostIdOfEditor(vscode.env.appName) ?? "vscode";
  const found: ServerName[] = [];
  for (const { host, path } of places.filter((place) => place.host.id === own)) {
    for (const { key, connectionId } of (await formatOf(host)).read(await read(path), path).servers) {
      found.push({ file: path, name: key, ...(connectionId !== undefined && { connectionId }) });
    }
  }
  return found;
}
