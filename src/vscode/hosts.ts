import { homedir } from "node:os";
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import type { HostEntries, HostFiles } from "../hosts/hostEntries.ts";
import type { MachineFolders } from "../hosts/hosts.ts";
import { WrittenEntries, type WrittenEntry } from "../hosts/writtenEntries.ts";
import type { Log } from "../lib/log.ts";
import { once } from "../lib/once.ts";
import { fileLock } from "../system/fileLock.ts";
import { textFile } from "../system/textFile.ts";
import type { McpJsonBundle } from "./lazyBundles.ts";

/** The files of hosts that read their servers from an mcp.json, and our entries in them. */
export interface Hosts {
  readonly places: MachineFolders;
  /** Lists the entries that we have written. Reading the list loads no part. */
  readonly written: () => Promise<readonly WrittenEntry[]>;
  /** Loads what changes hosts' files, the first time it is called. */
  readonly entries: () => Promise<HostEntries>;
  /** Reads one of their files; undefined where there is none. */
  readonly read: HostFiles["read"];
}

export interface HostsWorld {
  /** The extension's storage. */
  readonly folder: string;
  /** The folder of our bundles. */
  readonly bundles: string;
  readonly load: () => Promise<McpJsonBundle>;
  readonly log: Log;
}

export function hostsOfMachine({ folder, bundles, load, log }: HostsWorld): Hosts {
  const book = textFile(join(folder, "entries.json"));
  const places = {
    platform: process.platform,
    home: homedir(),
    userData: userDataOf(folder),
    claudeFolder: process.env.CLAUDE_CONFIG_DIR,
  };
  const open = once(async () => {
    const { openHostEntries } = await load();
    return openHostEntries({ book, folder, bundles, chosenRuntime, places, env: process.env, log });
  });
  const written = new WrittenEntries(book, fileLock(join(folder, "locks")));
  return {
    places,
    written: () => written.all(),
    entries: async () => (await open()).entries,
    read: async (path) => (await open()).files.read(path),
  };
}

const chosenRuntime = (): string | undefined =>
  vscode.workspace.getConfiguration("gatewayConnect").get<string>("mcpJson.runtime");

/** The folder of user data that an extension's storage is in: `<user data>/globalStorage/<extension>`. */
const userDataOf = (globalStorage: string): string => dirname(dirname(globalStorage));
