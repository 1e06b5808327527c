import { existsSync, mkdirSync, mkdtempSync, readdirSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeFolder } from "../removeFolder.ts";
import { descendants } from "../vscode/startProcess.ts";

/** Of the folder of a run; the sockets of windows begin otherwise. */
const PREFIX = "gwt-";
/** No run takes as long: whose folder is older was ended before it could remove it. */
const OLDEST_MS = 24 * 3_600_000;
/** A socket's path has 103 bytes on macOS, and an editor's own needs 79 of them below the folder of a run. */
const MAX_PARENT_LENGTH = 24;

/** Those that others leave in a temporary folder, whoever starts them. */
const OF_OTHERS: readonly RegExp[] = [
  // What tsx compiled.
  /^tsx-/,
  // Sockets and logs of VS Code, which it leaves where it is killed.
  /^vscode-/,
  // Chromium and what drives it, where a browser is killed.
  /^(\.?org\.chromium\.|com\.google\.Chrome\.|playwright)/,
  /^claude-/, // Claude Code's own program, which some tests start.
  // Servers of Wine, which each prefix has one of.
  /^wine-/,
];

/** The variables that say where the temporary folder is, on each system. */
export const temporaryVariables = (folder: string) => ({ TMPDIR: folder, TMP: folder, TEMP: folder });

/**
 * Makes this folder the temporary one of this process and of all that it starts, for as long as the process runs. Removes
 * those of runs that were killed, more than a day ago.
 *
 * @returns what of ours is left in it
 */
export function takeTemporaryFolder(): () => readonly string[] {
  const parent = process.platform === "win32" || tmpdir().length <= MAX_PARENT_LENGTH ? tmpdir() : "/tmp";
  removeOldFolders(parent, Date.now());
  const folder = mkdtempSync(join(parent, PREFIX));
  shareCompiled(folder);
  Object.assign(process.env, temporaryVariables(folder));
  process.once("exit", () => removeFolder(folder));
  for (const [signal, number] of [
    ["SIGHUP", 1],
    ["SIGINT", 2],
    ["SIGTERM", 15],
  ] as const) {
    process.once(signal, () => {
      // They would go on, and write there.
      for (const pid of descendants(process.pid)) endNow(pid);
      process.exit(128 + number);
    });
  }
  return () => leftIn(folder);
}

function endNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself.
  }
}

/** A folder below, for a process that is given it as its temporary one. */
export function temporaryFolderIn(parent: string, name: string): string {
  const folder = join(parent, name);
  mkdirSync(folder);
  shareCompiled(folder);
  return folder;
}

/** What of ours is left in a temporary folder. */
export const leftIn = (folder: string): readonly string[] =>
  readdirSync(folder).filter((name) => !OF_OTHERS.some((others) => others.test(name)));

export function removeOldFolders(parent: string, now: number): void {
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(PREFIX)) continue;
    const folder = join(parent, name);
    try {
      if (now - statSync(folder).mtimeMs > OLDEST_MS) removeFolder(folder);
    } catch {
      // Of another user, or removed by another run.
    }
  }
}

/** What tsx compiled is the same for all runs, and a process that had none of it would take seconds longer to start. */
function shareCompiled(folder: string): void {
  if (process.platform === "win32") return;
  const name = `tsx-${process.geteuid?.()}`;
  const shared = join(tmpdir(), name);
  if (existsSync(shared)) symlinkSync(shared, join(folder, name));
}
