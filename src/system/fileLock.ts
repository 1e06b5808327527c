import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { CrossProcessLock } from "../lib/crossProcessLock.ts";
import { isAlive } from "./isAlive.ts";

/** How often a holder shows that it lives, and after which silence it is taken for dead, in milliseconds. */
const HEARTBEAT_MS = 2_000;
const STALE_MS = 10_000;

/** Every holder of this process, so that its own windows-within-one-host queue without touching the disk. */
const queues = new Map<string, Promise<unknown>>();

/**
 * A lock between all windows of the editor, as one file per name: it is created exclusively, touched while it is held,
 * and taken over when its holder is gone.
 */
export function fileLock(directory: string): CrossProcessLock {
  return {
    run<T>(name: string, act: () => Promise<T>): Promise<T> {
      const path = join(directory, `${name.replace(/[^\w.-]/g, "_")}.lock`);
      const before = queues.get(path) ?? Promise.resolve();
      const mine = before.then(() => withFile(directory, path, act));
      const settled = mine.catch(() => {}).finally(() => queues.get(path) === settled && queues.delete(path));
      queues.set(path, settled);
      return mine;
    },
  };
}

async function withFile<T>(directory: string, path: string, act: () => Promise<T>): Promise<T> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const mark = JSON.stringify({ pid: process.pid, id: randomUUID() });
  while (!(await taken(path, mark))) await delay(25);
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => {});
  }, HEARTBEAT_MS);
  heartbeat.unref();
  try {
    return await act();
  } finally {
    clearInterval(heartbeat);
    // Only our own: a machine that slept may have lost the lock to somebody else.
    if ((await markOf(path)) === mark) await rm(path, { force: true });
  }
}

async function taken(path: string, mark: string): Promise<boolean> {
  try {
    await writeFile(path, mark, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    // On Windows a file that is just being deleted refuses with EPERM.
    if (!["EEXIST", "EPERM", "EBUSY"].includes(code)) throw error;
  }
  await removeDeadHolder(path);
  return false;
}

/** Moves the file of a dead holder away under a name of our own, so that of two who see it dead only one succeeds. */
async function removeDeadHolder(path: string): Promise<void> {
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
  // A lock taken between the look and the move is given back.
  if ((await markOf(staleCopy)) !== mark) await rename(staleCopy, path).catch(() => {});
  await rm(staleCopy, { force: true });
}

const markOf = (path: string): Promise<string | undefined> => readFile(path, "utf8").catch(() => undefined);

function isHolderAlive(mark: string): boolean {
  let pid: unknown;
  try {
    pid = (JSON.parse(mark) as { pid?: unknown }).pid;
  } catch {
    // Created, and not written yet; its age decides.
    return true;
  }
  return typeof pid !== "number" || isAlive(pid);
}
