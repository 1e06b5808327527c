import * as vscode from "vscode";
import type { Connection } from "../../connections/connection.ts";
import type { Gateways } from "../../connections/gateways.ts";
import type { HostEntries } from "../../hosts/hostEntries.ts";
import { readHostFile } from "../../hosts/hostFile.ts";
import type {
  ImportedSettings,
  importText,
  McpRemoteEntry,
  readMcpRemoteEntry,
} from "../../hosts/mcpRemote/mcpRemoteEntry.ts";
import type { Log } from "../../lib/log.ts";
import type { HostPlace } from "../mcpJson.ts";
import { showFailure } from "../showFailure.ts";

/** What comes with the relay: most people never import anything. */
export interface ImportParts {
  readonly importText: typeof importText;
  readonly readMcpRemoteEntry: typeof readMcpRemoteEntry;
}

export interface ImportWorld {
  readonly load: () => Promise<ImportParts>;
  readonly gateways: Gateways;
  readonly entries: HostEntries;
  /** Every file that a host here may have. */
  readonly places: () => readonly HostPlace[];
  readonly read: (path: string) => Promise<string | undefined>;
  readonly connect: (url: string) => Promise<Connection | undefined>;
  /** Offers to revoke and delete what mcp-remote kept. */
  readonly clear: () => Promise<void>;
  readonly log: Log;
}

interface Found extends HostPlace {
  readonly entry: McpRemoteEntry;
}

/** **Import from mcp-remote…**: its entries in hosts' files become ours, one after the other, and what it kept goes. */
export async function importMcpRemoteCommand(world: ImportWorld): Promise<void> {
  try {
    const found = await findEntries(world);
    if (found.length === 0) {
      void vscode.window.showInformationMessage("No host's mcp.json starts mcp-remote.");
      return;
    }
    const items = found.map((one) => ({
      label: one.entry.key,
      description: one.path,
      detail: one.entry.url,
      picked: true,
      one,
    }));
    const chosen = await vscode.window.showQuickPick(items, {
      title: "Import which entries of mcp-remote?",
      canPickMany: true,
      ignoreFocusOut: true,
    });
    let converted = 0;
    for (const { one } of chosen ?? []) if (await convert(one, world)) converted++;
    if (converted > 0) await world.clear();
  } catch (error) {
    showFailure(error, world.log);
  }
}

async function findEntries({ places, read, load, log }: ImportWorld): Promise<readonly Found[]> {
  const { readMcpRemoteEntry } = await load();
  const found: Found[] = [];
  for (const place of places()) {
    try {
      const servers = readHostFile(await read(place.path), place.host.rootKey, place.path);
      for (const { key, value } of servers) {
        const entry = readMcpRemoteEntry(key, value);
        if (entry) found.push({ ...place, entry });
      }
    } catch (error) {
      // A file that cannot be read may hold one of them.
      showFailure(error, log);
    }
  }
  return found;
}

async function convert({ entry, host, path }: Found, world: ImportWorld): Promise<boolean> {
  const { importText } = await world.load();
  const go = "Convert";
  const answer = await vscode.window.showInformationMessage(
    `Convert "${entry.key}" in ${path}?`,
    { modal: true, detail: importText(entry) },
    go,
  );
  if (answer !== go) return false;
  const connection = world.gateways.book.byUrl(entry.url) ?? (await connectWith(entry, world));
  if (!connection) return false;
  await world.entries.replace(connection, host, path, entry.key);
  return true;
}

/** Connects with what the entry said, so that nothing changes at the provider; without a connection, nothing stays. */
async function connectWith(
  { url, settings }: McpRemoteEntry,
  { connect }: ImportWorld,
): Promise<Connection | undefined> {
  if (Object.keys(settings).length === 0) return connect(url);
  const configuration = vscode.workspace.getConfiguration("gatewayConnect");
  const before = configuration.inspect<Record<string, ImportedSettings>>("gateways")?.globalValue;
  const write = (value: unknown) => configuration.update("gateways", value, vscode.ConfigurationTarget.Global);
  await write({ ...before, [url]: { ...settings, ...before?.[url] } });
  const connection = await connect(url);
  if (!connection) await write(before);
  return connection;
}
