import { randomBytes } from "node:crypto";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { HostEntries, type HostEntriesWorld, type HostFiles } from "../../hosts/hostEntries.ts";
import { hostFilePath, hostOf, type MachineFolders } from "../../hosts/hosts.ts";
import type { Log } from "../../lib/log.ts";
import { once } from "../../lib/once.ts";
import { fileLock } from "../../system/fileLock.ts";
import { installBridge } from "../bridge/bridgeFiles.ts";
import { findBridgeRuntime } from "../bridge/bridgeRuntime.ts";
import { noteStorage } from "../storagePointer.ts";
import { fileChanger } from "./changeFile.ts";
import { withClaudeCode } from "./claudeCode.ts";

export interface HostEntriesOptions {
  readonly book: HostEntriesWorld["book"];
  /** The extension's storage. */
  readonly folder: string;
  /** The folder of our bundles, from which the bridge is copied. */
  readonly bundles: string;
  /** The program that the person wants the bridge to run in. */
  readonly chosenRuntime: () => string | undefined;
  readonly places: MachineFolders & { readonly platform: NodeJS.Platform };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
}

/** Our entries in the files of hosts on this machine, and how these files are read and changed. */
export function openHostEntries(options: HostEntriesOptions): {
  readonly entries: HostEntries;
  readonly files: HostFiles;
} {
  const { book, bundles, chosenRuntime, env, folder, log, places } = options;
  const { platform, home } = places;
  const ownByClaudeCode = hostFilePath(hostOf("claude-code"), "user", places);
  const files = withClaudeCode(ownByClaudeCode, fileChanger(folder), { platform, home, env });
  const entries = new HostEntries({
    files,
    book,
    lock: fileLock(join(folder, "locks")),
    runtime: once(() => findBridgeRuntime(chosenRuntime(), { execPath: process.execPath, env, platform })),
    exists: (path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    bridge: once(async () => {
      const path = await installBridge(bundles, folder);
      await noteStorage(bundles, { folder, places });
      return path;
    }),
    folder,
    nonce: () => randomBytes(4).toString("hex"),
    log,
  });
  return { entries, files };
}
