import { randomUUID } from "node:crypto";
import { open, readdir, rename, rm, rmdir, stat, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { CrossProcessLock } from "../lib/crossProcessLock.ts";
import { writeOwn } from "./fileNotWritten.ts";
import { isAlive } from "./isAlive.ts";

/** How often a holder touches its file, and how long it may be silent before others take it for dead. */
export const HEARTBEAT_MS = 2_000;
const STALE_MS = 10_000;
/** How long to wait for a lock before looking again, and how often in a row the system may refuse it: for 5 seconds. */
const RETRY_MS = 25;
const MOST_REFUSALS = 200;

/** The last holder of each lock in this process, so that callers within it queue without touching the disk. */
const queues = new Map<string, Promise<unknown>>();

/**
 * A lock across processes, as one file per name. The holder creates it exclusively and touches it while holding it;
 * another process takes it over when the holder is dead. Where the file cannot be written nothing is done
 * (`file_not_written`).
 */
export function fileLock(directory: string): CrossProcessLock {
  return {
    run<T>(name: string, act: () => Promise<T>): Promise<T> {
      const path = join(directory, `${name.replace(/[^\w.-]/g, "_")}.lock`);
      const before = queues.get(path) ?? Promise.resolve();
      const mine = before.then(() => withFile(path, act));
      const settled = mine.catch(() => {}).finally(() => queues.get(path) === settled && queues.delete(path));
      queues.set(path, settled);
      return mine;
    },
  };
}

async function withFile<T>(path: string, act: () => Promise<T>): Promise<T> {
  const mark = JSON.stringify({ pid: process.pid, id: randomUUID() });
  await writeOwn(path, () => take(path, mark));
  const heartbeat = setInterval(() => void touch(path), HEARTBEAT_MS);
  heartbeat.unref();
  try {
    return await act();
  } finally {
    clearInterval(heartbeat);
    // Only our own file: another process may have taken the lock over while this machine slept.
    if ((await markOf(path)) === mark) await rm(path, { force: true });
  }
}

async function take(path: string, mark: string): Promise<void> {
  for (let refusals = 0; ; await delay(RETRY_MS)) {
    try {
      return await writeMark(path, mark);
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      // Windows says so for a moment while a file is being deleted, and for good where nothing may be written.
      const isRefused = code === "EPERM" || code === "EBUSY";
      if (code !== "EEXIST" && !(isRefused && ++refusals < MOST_REFUSALS)) throw error;
    }
    await removeDeadHolder(path);
  }
}

/** @throws Error of the file system, EEXIST where there is one */
export async function writeMark(path: string, mark: string): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(mark);
    // Its age is told by this computer's clock: the file's own may be that of another, over a network.
    await touch(path);
  } catch (error) {
    // A disk can be full only for what stands in the file: the lock would be held by nobody.
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

/** Shows that a holder is there still. */
export async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(() => {});
}

/**
 * Removes the locks whose holders are dead, and the folder where none is left.
 *
 * @returns the locks that a process holds now
 */
export async function removeDeadLocks(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory).catch(() => []);
  for (const name of names) {
    // What a process that ended while it took over left behind.
    if (name.endsWith(".lock")) await removeDeadHolder(join(directory, name));
    else if (/\.lock\.[\da-f-]+$/.test(name)) await rm(join(directory, name), { force: true });
  }
  const left = await readdir(directory).catch(() => []);
  if (left.length === 0) await rmdir(directory).catch(() => {});
  return left;
}

/** Renames a dead holder's file to a name of our own, so that of two processes that find it dead only one succeeds. */
export async function removeDeadHolder(path: string): Promise<void> {
  const mark = await markOf(path);
  const found = await stat(path).catch(() => undefined);
  if (!found || mark === undefined) return;
  if (Date.now() - found.mtimeMs < STALE_MS && isHolderAlive(mark)) return;
  const staleCopy = `${path}.${randomUUID()}`;
  try {
    await rename(path, staleCopy);
  } catch {
    return;
  }
  // Another process may have taken the lock between our check and the rename: it gets its file back.
  if ((await markOf(staleCopy)) !== mark) await rename(staleCopy, path).catch(() => {});
  await rm(staleCopy, { force: true });
}

/** More than a process writes of itself, in bytes. */
const LONGEST_MARK = 1024;

export async function markOf(path: string): Promise<string | undefined> {
  const file = await open(path).catch(() => undefined);
  try {
    const { buffer, bytesRead } = (await file?.read(Buffer.alloc(LONGEST_MARK), 0, LONGEST_MARK, 0)) ?? {};
    return buffer?.toString("utf8", 0, bytesRead);
  } catch {
    return undefined;
  } finally {
    await file?.close();
  }
}

function isHolderAlive(mark: string): boolean {
  try {
    const { pid, host } = JSON.parse(mark) as { pid?: unknown; host?: unknown };
    // A process of another machine, or another container, is not seen here; its age decides.
    if (host !== undefined && host !== hostname()) return true;
    return typeof pid !== "number" || isAlive(pid);
  } catch {
    // The file was created but not written yet; its age decides.
    return true;
  }
}
