import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { SetInWindow } from "../../connections/settings/handedSettings.ts";
import { type EditorNetwork, entryEnvironment } from "../../hosts/entryEnvironment.ts";
import { HostEntries, type HostEntriesWorld, type HostFiles } from "../../hosts/hostEntries.ts";
import { hostFilePath, type MachineFolders } from "../../hosts/hostPaths.ts";
import { hostOf } from "../../hosts/hosts.ts";
import type { Log } from "../../lib/log.ts";
import { once } from "../../lib/once.ts";
import { exists } from "../../system/exists.ts";
import { fileLock } from "../../system/fileLock.ts";
import { foreignPlaces } from "../../system/ownPrograms.ts";
import { installBridge } from "../bridge/bridgeFiles.ts";
import { findBridgeRuntime } from "../bridge/bridgeRuntime.ts";
import { handOver } from "../bridge/handOver.ts";
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
  /** The proxy of the editor's settings. */
  readonly editorProxy?: () => Omit<EditorNetwork, "env">;
  readonly places: MachineFolders & { readonly platform: NodeJS.Platform };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folders of the workspace, as they are now: no program is taken from there. */
  readonly workspaces?: () => readonly string[];
  /** See `HostEntriesWorld.mayEnter`. */
  readonly mayEnter?: HostEntriesWorld["mayEnter"];
  /** What is set now, for the program that takes the place of a window; absent where there is no window. */
  readonly set?: () => SetInWindow;
  readonly log: Log;
}

/** Our entries in the files of hosts on this machine, and how these files are read and changed. */
export function openHostEntries(options: HostEntriesOptions): {
  readonly entries: HostEntries;
  readonly files: HostFiles;
  /** Hands over what is set, see `handOver`. */
  readonly handOver: () => Promise<void>;
} {
  const { book, bundles, chosenRuntime, env, folder, log, places, set, editorProxy, workspaces } = options;
  const { platform, home } = places;
  const isForeign = () => foreignPlaces(workspaces?.());
  const ownByClaudeCode = hostFilePath(hostOf("claude-code"), "user", places);
  const files = withClaudeCode(ownByClaudeCode, fileChanger(folder), { platform, home, env, isForeign });
  const found = (wantsNode: boolean) =>
    once(() => {
      const world = { execPath: process.execPath, env, platform, wantsNode, isForeign: isForeign() };
      return findBridgeRuntime(chosenRuntime(), world);
    });
  const [anyProgram, node] = [found(false), found(true)];
  const handing = set ? handOver(folder, set) : async () => {};
  const installed = once(async () => {
    const path = await installBridge(bundles, folder);
    await noteStorage(bundles, { folder, places });
    return path;
  });
  const entries = new HostEntries({
    files,
    book,
    lock: fileLock(join(folder, "locks")),
    runtime: ({ wantsNode = false }) => (wantsNode ? node() : anyProgram()),
    exists,
    // No bridge is there without what it hands on.
    async bridge() {
      await handing();
      return await installed();
    },
    folder,
    environment: () => entryEnvironment({ env, ...editorProxy?.() }),
    ...(options.mayEnter && { mayEnter: options.mayEnter }),
    nonce: () => randomBytes(4).toString("hex"),
    log,
  });
  return { entries, files, handOver: handing };
}
