import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import type { Connection } from "../../connections/connection.ts";
import type { SettingsValues } from "../../connections/settings/readGatewaySettings.ts";
import type { HostEntries, HostFiles } from "../../hosts/hostEntries.ts";
import { hostIdOfEditor } from "../../hosts/hostIds.ts";
import { foldersOf, type MachineFolders } from "../../hosts/hostPaths.ts";
import { WrittenEntries, type WrittenEntry } from "../../hosts/writtenEntries.ts";
import type { Log } from "../../lib/log.ts";
import { once } from "../../lib/once.ts";
import type { FoundHosts, HostPlace } from "../../node/hostFiles/findHostFiles.ts";
import { fileLock } from "../../system/fileLock.ts";
import { textFile } from "../../system/textFile.ts";
import { sharedRules } from "../agents/editorToolLayers.ts";
import type { McpJsonBundle } from "../lazyBundles.ts";
import { workspaces } from "../workspaces.ts";

/** The files of hosts that read their servers from an mcp.json, and our entries in them. */
export interface Hosts {
  readonly places: MachineFolders;
  /** Looks which hosts are on this computer, and where their files are. */
  readonly find: () => Promise<FoundHosts>;
  /** Every file that a host here may have, this editor's own first. */
  readonly files: () => Promise<readonly HostPlace[]>;
  /** Lists the entries that we have written. Reading the list loads no part. */
  readonly written: () => Promise<readonly WrittenEntry[]>;
  /** Loads what changes hosts' files, the first time it is called. */
  readonly entries: () => Promise<HostEntries>;
  /** Leaves what is set for the program that takes this window's place, where hosts have a bridge that could start it. */
  readonly handOver: () => Promise<void>;
  readonly connections: HostsWorld["connections"];
  /** Reads one of their files; undefined where there is none. */
  readonly read: HostFiles["read"];
}

export interface HostsWorld {
  /** The extension's storage. */
  readonly folder: string;
  /** The folder of our bundles. */
  readonly bundles: string;
  readonly load: () => Promise<McpJsonBundle>;
  /** The settings as they are now. */
  readonly settings: () => SettingsValues;
  readonly connections: () => readonly Connection[];
  /** Looks whether a host's file may have an entry of a gateway. */
  readonly mayEnter: (connectionId: string, host: string) => void;
  readonly log: Log;
}

export function hostsOfMachine(world: HostsWorld): Hosts {
  const { folder, bundles, load, settings, connections, mayEnter, log } = world;
  const book = textFile(join(folder, "entries.json"));
  const places = {
    platform: process.platform,
    home: homedir(),
    userData: userDataOf(folder),
    ...foldersOf(process.env),
  };
  const open = once(async () => {
    const { openHostEntries } = await load();
    const { env } = process;
    const set = () => ({
      ...{ settings: settings(), rules: sharedRules(), folders: workspaces() },
      gateways: connections(),
    });
    return openHostEntries({
      book,
      folder,
      bundles,
      chosenRuntime,
      editorProxy,
      places,
      env,
      workspaces,
      mayEnter,
      set,
      log,
    });
  });
  const written = new WrittenEntries(book, fileLock(join(folder, "locks")));
  const find = async () => {
    const { findHostFiles } = await load();
    return findHostFiles({ machine: places, workspaces: workspaces(), own: hostIdOfEditor(vscode.env.appName) });
  };
  return {
    places,
    find,
    files: async () => (await find()).files,
    written: () => written.all(),
    entries: async () => (await open()).entries,
    connections,
    async handOver() {
      if (existsSync(join(folder, "bridge", "bridge.cjs"))) await (await open()).handOver();
    },
    read: async (path) => (await open()).files.read(path),
  };
}

const chosenRuntime = (): string | undefined =>
  vscode.workspace.getConfiguration("gatewayConnect").get<string>("mcpJson.runtime");

const editorProxy = () => {
  const http = vscode.workspace.getConfiguration("http");
  return { proxy: http.get<string>("proxy"), direct: http.get<string[]>("noProxy") };
};

/** The folder of user data that an extension's storage is in: `<user data>/globalStorage/<extension>`. */
const userDataOf = (globalStorage: string): string => dirname(dirname(globalStorage));
