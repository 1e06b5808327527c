import { createHash } from "node:crypto";
import { lstat, mkdir, readdir, readlink, realpath, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { GatewayFailure } from "../../failures/failure.ts";
import type { HostFiles } from "../../hosts/hostEntries.ts";
import { MAX_HOST_FILE_BYTES } from "../../lib/limits.ts";
import { fileLock } from "../../system/fileLock.ts";
import { fileNotWritten } from "../../system/fileNotWritten.ts";
import { readRegularFile } from "../../system/readRegularFile.ts";
import { writeAtomically } from "../../system/writeAtomically.ts";

/** How often a change is tried when another program writes the file meanwhile. */
const MAX_ATTEMPTS = 3;
/** How many earlier versions of a file are kept. */
const MAX_BACKUPS = 5;
/** How many links are followed to a file that is not there yet, as many as Linux follows. */
const MAX_LINKS = 40;
/** Errors of the operating system that say why a file was not written. */
const unwritable: ReadonlySet<string> = new Set([
  ...["EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT"],
  ...["ENOTDIR", "EEXIST", "EISDIR", "ENAMETOOLONG"],
]);

/**
 * Changes the files of other programs without losing anything: a link stays a link, the permissions stay, the earlier
 * version is backed up, and a change that another program makes meanwhile is kept.
 *
 * @param folder the extension's storage folder, for backups and for the lock between our windows
 */
export function fileChanger(folder: string): HostFiles {
  const lock = fileLock(join(folder, "locks"));
  return {
    async read(path) {
      return (await load(path))?.text;
    },
    async change(path, change) {
      const target = await targetOf(path);
      const name = `host-file-${createHash("sha256").update(target).digest("hex").slice(0, 16)}`;
      return lock.run(name, () => changeFile({ path, target, backupFolder: join(folder, "backups", name) }, change));
    },
  };
}

/** A file to change: its path as the person knows it, the file that links lead to, and the folder for backups. */
interface ChangedFile {
  readonly path: string;
  readonly target: string;
  readonly backupFolder: string;
}

async function changeFile(
  file: ChangedFile,
  change: (text: string | undefined) => string | undefined,
): Promise<boolean> {
  const { path, target, backupFolder } = file;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const before = await load(target, path);
    const after = change(before?.text);
    if (after === before?.text || after === undefined) return false;
    if (before)
      await keep(before, backupFolder, basename(path)).catch((error) =>
        Promise.reject(fileNotWritten(backupFolder, error)),
      );
    if (await replaced(file, before, after)) return true;
  }
  throw new GatewayFailure("host_file_busy", { path });
}

interface Loaded {
  readonly bytes: Buffer;
  readonly text: string;
  readonly mode: number;
}

async function load(path: string, shown = path): Promise<Loaded | undefined> {
  const found = await readRegularFile(path, MAX_HOST_FILE_BYTES);
  switch (found.kind) {
    case "absent":
      return undefined;
    case "locked":
      throw new GatewayFailure("host_file_busy", { path: shown });
    case "unreadable":
      throw new GatewayFailure("host_file_unusable", { path: shown, reason: found.reason });
    case "read":
      return { bytes: found.bytes, mode: found.mode, text: decoded(found.bytes, shown) };
  }
}

/** Decodes UTF-8, and refuses bytes that would not survive decoding and encoding. */
function decoded(bytes: Buffer, path: string): string {
  const text = bytes.toString("utf8");
  if (bytes.equals(Buffer.from(text))) return text;
  throw new GatewayFailure("host_file_invalid", { path, line: 1, column: 1, problem: "it is not UTF-8" });
}

/**
 * The file that a link leads to, even when it does not exist yet. Replacing the link itself would detach the person's
 * dotfiles.
 */
async function targetOf(path: string): Promise<string> {
  let target = path;
  for (let links = 0; links <= MAX_LINKS; links++) {
    try {
      return await realpath(target);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ELOOP") break;
      const link = await lstat(target).catch(() => undefined);
      if (!link?.isSymbolicLink()) return target;
      target = resolve(dirname(target), await readlink(target));
    }
  }
  throw new GatewayFailure("host_file_unusable", { path, reason: "its links lead in a circle" });
}

/** @returns false when another program has written the file since we read it */
async function replaced({ path, target }: ChangedFile, before: Loaded | undefined, after: string): Promise<boolean> {
  if (before && (before.mode & 0o222) === 0) {
    throw new GatewayFailure("host_file_protected", { path, reason: "it is read-only" });
  }
  class Overtaken extends Error {}
  try {
    // The settings of other programs may hold secrets, so only this user may read a new file.
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    const beforeReplacing = async () => {
      const now = await readRegularFile(target, MAX_HOST_FILE_BYTES);
      if (now.kind === "read" ? !before?.bytes.equals(now.bytes) : before !== undefined) throw new Overtaken();
    };
    await writeAtomically(target, after, { mode: before?.mode ?? 0o600, beforeReplacing });
    return true;
  } catch (error) {
    if (error instanceof Overtaken) return false;
    const { code = "" } = error as NodeJS.ErrnoException;
    if (unwritable.has(code)) {
      throw new GatewayFailure("host_file_protected", { path, reason: code });
    }
    throw error;
  }
}

/** Backs the earlier version up, readable by this user alone, and deletes the oldest backups. */
async function keep({ bytes }: Loaded, folder: string, name: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const stamp = new Date().toISOString().replace(/\W/g, "-");
  await writeAtomically(join(folder, `${stamp}.${name}`), bytes, { mode: 0o600 });
  const kept = (await readdir(folder)).sort();
  await Promise.all(kept.slice(0, -MAX_BACKUPS).map((old) => rm(join(folder, old), { force: true })));
}
