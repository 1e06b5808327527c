import * as vscode from "vscode";
import type { Connection } from "../../connections/connection.ts";
import type { Gateways } from "../../connections/gateways.ts";
import type { formatOf } from "../../hosts/formats/formats.ts";
import type { HostEntries } from "../../hosts/hostEntries.ts";
import type { HostFile } from "../../hosts/hosts.ts";
import type { importText } from "../../hosts/mcpRemote/importText.ts";
import type { ImportedSettings, McpRemoteEntry, readMcpRemoteEntry } from "../../hosts/mcpRemote/mcpRemoteEntry.ts";
import { gatewaysSetting } from "../gatewaysSetting.ts";
import type { ShowFailure } from "../messages/failureMessages.ts";
import { tellFact } from "../messages/tellFact.ts";
import { shownPath } from "../shownPath.ts";
import { translate } from "../translate.ts";

export interface ImportWorld {
  readonly gateways: Gateways;
  /** Loads what reads and describes mcp-remote's entries. */
  readonly loadExplain: () => Promise<{
    readonly importText: typeof importText;
    readonly readMcpRemoteEntry: typeof readMcpRemoteEntry;
  }>;
  readonly loadMcpJson: () => Promise<{ readonly formatOf: typeof formatOf }>;
  readonly entries: () => Promise<HostEntries>;
  /** Every file that a host here may have. */
  readonly places: () => Promise<readonly HostFile[]>;
  readonly read: (path: string) => Promise<string | undefined>;
  /** Connects, or shows why not. */
  readonly connect: (url: string) => Promise<Connection | undefined>;
  /** Offers to revoke and delete what mcp-remote kept. */
  readonly clear: () => Promise<void>;
  readonly showFailure: ShowFailure;
}

interface Found extends HostFile {
  readonly entry: McpRemoteEntry;
  /** The connections that have an entry of ours in the same file. */
  readonly entered: ReadonlySet<string>;
}

/** **Import from mcp-remote…**: replaces its entries in hosts' files by ours, one by one, then offers to delete what it kept. */
export async function importMcpRemoteCommand(world: ImportWorld): Promise<void> {
  const found = await findEntries(world);
  if (found.length === 0) {
    void tellFact(translate("No host's mcp.json starts mcp-remote."));
    return;
  }
  const pathOf = ({ path, entry }: Found) =>
    entry.isDisabled ? translate("{0}, switched off there", shownPath(path)) : shownPath(path);
  const items = found.map((one) => ({
    label: one.entry.key,
    description: pathOf(one),
    detail: [one.entry.url, connectedAs(one, world)].flat().join(", "),
    picked: !one.entry.isDisabled,
    one,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: translate("Import which entries of mcp-remote?"),
    canPickMany: true,
    ignoreFocusOut: true,
  });
  let converted = 0;
  for (const { one } of chosen ?? []) if (await convert(one, world)) converted++;
  if (converted > 0) await world.clear();
}

/** The connection that an entry's address has already. */
function connectedAs({ entry }: Found, { gateways }: ImportWorld): readonly string[] {
  const known = gateways.book.byUrl(entry.url);
  return known ? [translate("connected as {0}", known.name)] : [];
}

/** How many entries of mcp-remote there are. Files that cannot be read are told when somebody imports. */
export async function countMcpRemoteEntries(world: ImportWorld): Promise<number> {
  return (await findEntries({ ...world, showFailure() {} })).length;
}

async function findEntries(world: ImportWorld): Promise<readonly Found[]> {
  const { places, read, showFailure } = world;
  const [{ readMcpRemoteEntry }, { formatOf }] = await Promise.all([world.loadExplain(), world.loadMcpJson()]);
  const found: Found[] = [];
  for (const place of await places()) {
    try {
      const { servers } = (await formatOf(place.host)).read(await read(place.path), place.path);
      const entered = new Set(servers.flatMap(({ connectionId = [] }) => connectionId));
      for (const { key, entry: server } of servers) {
        const entry = readMcpRemoteEntry(key, server);
        if (entry) found.push({ ...place, entry, entered });
      }
    } catch (error) {
      // The person has to know: the file may hold an entry of mcp-remote.
      showFailure(error);
    }
  }
  return found;
}

async function convert({ entry, host, path, entered }: Found, world: ImportWorld): Promise<boolean> {
  const { importText } = await world.loadExplain();
  const known = world.gateways.book.byUrl(entry.url);
  const situation = {
    connected: known?.name,
    hasEntry: known !== undefined && entered.has(known.id),
    set: Object.keys(gatewaySettings()?.[entry.url] ?? {}),
  };
  const go = translate("Convert");
  const answer = await vscode.window.showInformationMessage(
    translate('Convert "{0}" in {1}?', entry.key, shownPath(path)),
    { modal: true, detail: importText(entry, situation, translate) },
    go,
  );
  if (answer !== go) return false;
  const connection = known ?? (await connectWith(entry, world));
  if (!connection) return false;
  await (await world.entries()).replace(connection, { host, path, key: entry.key });
  return true;
}

const gatewaySettings = () => gatewaysSetting.read() as Readonly<Record<string, ImportedSettings>> | undefined;

/** Connects with the entry's own settings, so that the provider sees the same client. They are taken back where that fails. */
async function connectWith(
  { url, settings }: McpRemoteEntry,
  { connect }: ImportWorld,
): Promise<Connection | undefined> {
  if (Object.keys(settings).length === 0) return connect(url);
  const before = gatewaySettings();
  await gatewaysSetting.write({ ...before, [url]: { ...settings, ...before?.[url] } });
  const connection = await connect(url);
  if (!connection) await gatewaysSetting.write(before);
  return connection;
}
