import { randomBytes } from "node:crypto";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isAlive } from "../../system/isAlive.ts";
import { readJsonFile, writeJsonFile } from "../../system/jsonFile.ts";

/** What a bridge has to know of a window of the editor. */
export interface WindowAnnouncement {
  readonly pid: number;
  /** The relay's socket or pipe. */
  readonly socket: string;
  /** What both show that they know; this file is for this user's eyes only. */
  readonly key: string;
  /** The workspace's folders: a bridge that was started in one of them prefers this window. */
  readonly folders: readonly string[];
  /** When it was announced, in milliseconds since the epoch; the newest goes first. */
  readonly since: number;
}

/**
 * Announces a window to the bridges, in a file of its own below `folder`. What windows left behind that are gone is
 * cleared away; what says of no process that it is gone, a file of a newer version for example, stays.
 *
 * @returns takes the announcement back
 */
export async function announceWindow(folder: string, window: WindowAnnouncement): Promise<() => Promise<void>> {
  const windows = join(folder, "windows");
  await mkdir(windows, { recursive: true, mode: 0o700 });
  for (const name of await readdir(windows)) {
    // Others are being written just now.
    if (!name.endsWith(".json")) continue;
    const old = join(windows, name);
    const found = (await readJsonFile(old).catch(() => undefined)) as Partial<WindowAnnouncement> | undefined;
    if (typeof found?.pid === "number" && !isAlive(found.pid)) await rm(old, { force: true });
  }
  const path = join(windows, `${window.pid}-${randomBytes(4).toString("hex")}.json`);
  await writeJsonFile(path, window);
  return () => rm(path, { force: true });
}
