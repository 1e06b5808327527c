import { randomUUID } from "node:crypto";
import { rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { HEARTBEAT_MS, markOf, removeDeadHolder, touch, writeMark } from "./fileLock.ts";

/** A file that says that this process has something to itself for as long as it runs. */
export interface HeldFile {
  release(): Promise<void>;
}

/** Who has it already. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
}

/** What this process holds: by its own id it could not tell itself from one that had the id before. */
const held = new Set<string>();

/** How often a holder that may be dead is looked at, and how often in a row the system may refuse the file. */
const LOOK_MS = 100;
const MOST_REFUSALS = 50;

/**
 * Takes something for this process, by a file with its id that it touches while it runs.
 *
 * What a process that was killed left behind is taken over: at once where nobody has its id, and else when it was not touched
 * for a while, since ids are given again, in a container nearly always. Whoever is there touches it meanwhile.
 *
 * @param onLost called where another process has taken it over, as it does when this one stood still for long
 * @returns who has it, where somebody has
 * @throws Error of the file system, where the file cannot be written
 */
export async function holdFile(path: string, onLost: () => void): Promise<HeldFile | Holder> {
  const own = { pid: process.pid, host: hostname() };
  if (held.has(path)) return own;
  held.add(path);
  const mark = JSON.stringify({ ...own, id: randomUUID() });
  try {
    const holder = await take(path, mark);
    if (holder) held.delete(path);
    if (holder) return holder;
  } catch (error) {
    held.delete(path);
    throw error;
  }
  const beat = setInterval(async () => {
    const found = await markOf(path);
    // One that cannot be read for a moment, as where no file more may be open, is nobody else's.
    if (found === undefined || found === mark) return await touch(path);
    clearInterval(beat);
    onLost();
  }, HEARTBEAT_MS);
  beat.unref();
  return {
    async release() {
      clearInterval(beat);
      held.delete(path);
      if ((await markOf(path)) === mark) await rm(path, { force: true });
    },
  };
}

/** @returns the holder that is there still */
async function take(path: string, mark: string): Promise<Holder | undefined> {
  /** The lock that was found, and when it was touched last. */
  let first: string | undefined;
  for (let refusals = 0; ; await delay(LOOK_MS)) {
    try {
      await writeMark(path, mark);
      return undefined;
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      // Windows says so for a moment while a file is being deleted.
      const isRefused = process.platform === "win32" && (code === "EPERM" || code === "EBUSY");
      if (code !== "EEXIST" && !(isRefused && ++refusals < MOST_REFUSALS)) throw error;
    }
    const found = await markOf(path);
    const touched = await stat(path).catch(() => undefined);
    if (found === undefined || touched === undefined) continue;
    const holder = holderIn(found);
    const isOfThisId = holder?.pid === process.pid && holder.host === hostname();
    if (isOfThisId) await rm(path, { force: true });
    const now = `${found} ${touched.mtimeMs}`;
    first ??= now;
    if (holder && now !== first) return holder;
    await removeDeadHolder(path);
  }
}

function holderIn(mark: string): Holder | undefined {
  try {
    const { pid, host } = JSON.parse(mark) as { pid?: unknown; host?: unknown };
    return typeof pid === "number" && typeof host === "string" ? { pid, host } : undefined;
  } catch {
    return undefined;
  }
}
