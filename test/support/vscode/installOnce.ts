import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** One line for the person who waits. */
export type Progress = (line: string) => void;

/**
 * Fills `folder` once, whoever asks, however many ask at the same time.
 *
 * The work happens in a folder beside it that is renamed at the end, so an interrupted installation is never taken for
 * a finished one. The lock names its owner: one left behind by a process that is gone is broken, not waited for.
 */
export async function installOnce(
  folder: string,
  install: (into: string) => Promise<void>,
  progress: Progress,
): Promise<string> {
  const complete = join(folder, ".complete");
  if (existsSync(complete)) return folder;
  await mkdir(dirname(folder), { recursive: true });
  const release = await lock(`${folder}.lock`, () => existsSync(complete), progress);
  if (release === undefined) return folder;
  const partial = `${folder}.partial`;
  try {
    if (existsSync(complete)) return folder;
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true });
    await install(partial);
    await writeFile(join(partial, ".complete"), `${new Date().toISOString()}\n`);
    await rm(folder, { recursive: true, force: true });
    await rename(partial, folder);
    return folder;
  } finally {
    await rm(partial, { recursive: true, force: true }).catch(() => undefined);
    await release();
  }
}

/** Does something while nobody else does it who asks with the same path. */
export async function alone(path: string, act: () => Promise<void>, progress: Progress): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const release = await lock(path, () => false, progress);
  try {
    await act();
  } finally {
    await release?.();
  }
}

/** Resolves to the function that frees the lock, or to undefined when somebody else finished the work meanwhile. */
async function lock(
  path: string,
  isDone: () => boolean,
  progress: Progress,
): Promise<(() => Promise<void>) | undefined> {
  for (let said = false; ; ) {
    try {
      await mkdir(path);
      await writeFile(join(path, "owner"), JSON.stringify({ pid: process.pid, host: hostname() }));
      return () => rm(path, { recursive: true, force: true });
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause;
    }
    if (await isStale(path)) {
      await rm(path, { recursive: true, force: true });
      continue;
    }
    if (!said) progress(`somebody else is installing; waiting for them (lock: ${path})`);
    said = true;
    await delay(500);
    if (isDone()) return undefined;
  }
}

async function isStale(path: string): Promise<boolean> {
  try {
    const owner = JSON.parse(await readFile(join(path, "owner"), "utf8")) as { pid: number; host: string };
    if (owner.host !== hostname()) return false;
    process.kill(owner.pid, 0);
    return false;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ESRCH") return true;
    if (code === "EPERM") return false;
    // The owner file is missing or half-written: its writer may be between two lines, so it gets a moment.
    const age = await stat(path).then(
      (found) => Date.now() - found.mtimeMs,
      () => 0,
    );
    return age > 10_000;
  }
}
