import { randomBytes } from "node:crypto";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isAlive } from "../../system/isAlive.ts";
import { readJsonFile, writeJsonFile } from "../../system/jsonFile.ts";
import { onRemoved } from "../../system/onRemoved.ts";
import { removeLeftSocket } from "./leftSocket.ts";

/** What a bridge needs to know about a window of the editor. */
export interface WindowAnnouncement {
  readonly pid: number;
  /** The relay's socket or pipe. */
  readonly socket: string;
  /** The key that both sides prove to know. Only this user can read the file. */
  readonly key: string;
  /** The workspace's folders: a bridge that was started in one of them prefers this window. */
  readonly folders: readonly string[];
  /** When the window was announced, in milliseconds since the epoch. Bridges try the newest first. */
  readonly since: number;
}

/**
 * Announces a window to bridges, in a file of its own below `folder`, and deletes the files of windows that have ended, with
 * their sockets: a window that was ended at once could not, and nobody else knows the name of its folder. A file that does not say which process it belongs to, one of a newer version for example, stays.
 *
 * @returns withdraws the announcement
 */
export async function announceWindow(folder: string, window: WindowAnnouncement): Promise<() => Promise<void>> {
  const path = await announced(folder, window);
  return () => rm(path, { force: true });
}

/**
 * The same, and once more each time that somebody removed the file, alone or with its folder.
 *
 * @param failed is told why that was not possible
 */
export async function keepAnnounced(
  folder: string,
  window: WindowAnnouncement,
  failed: (error: unknown) => void,
): Promise<() => Promise<void>> {
  let isWithdrawn = false;
  let path = "";
  let stopLooking = () => {};
  let announcing = Promise.resolve();
  const announce = async () => {
    if (isWithdrawn) return;
    path = await announced(folder, window);
    stopLooking = onRemoved(path, () => {
      announcing = announce().catch(failed);
    });
  };
  await announce();
  return async () => {
    isWithdrawn = true;
    stopLooking();
    await announcing;
    stopLooking();
    await rm(path, { force: true });
  };
}

/** @returns the file of the announcement */
async function announced(folder: string, window: WindowAnnouncement): Promise<string> {
  const windows = join(folder, "windows");
  await mkdir(windows, { recursive: true, mode: 0o700 });
  for (const name of await readdir(windows)) {
    // Files with another ending are still being written.
    if (!name.endsWith(".json")) continue;
    const old = join(windows, name);
    const found = (await readJsonFile(old).catch(() => undefined)) as Partial<WindowAnnouncement> | undefined;
    if (typeof found?.pid !== "number" || isAlive(found.pid)) continue;
    await removeLeftSocket(found.socket);
    await rm(old, { force: true });
  }
  const path = join(windows, `${window.pid}-${randomBytes(4).toString("hex")}.json`);
  await writeJsonFile(path, window);
  return path;
}
