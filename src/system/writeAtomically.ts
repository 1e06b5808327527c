import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

/**
 * Replaces a file atomically: readers see the old content or the new, and one of them survives a power cut.
 *
 * @param mode the file's permissions
 * @param beforeReplacing runs just before the new file replaces the old; when it throws, the old file stays
 */
export async function writeAtomically(
  path: string,
  content: string | Uint8Array,
  { mode, beforeReplacing }: { readonly mode: number; readonly beforeReplacing?: () => Promise<void> },
): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    const file = await open(temporary, "wx", mode);
    try {
      // The process's umask may have removed bits when the file was created.
      await file.chmod(mode);
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await beforeReplacing?.();
    await replaceFile(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Replaces a file with another. On Windows this fails for a moment while a virus scanner has the file open. */
export async function replaceFile(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      if (attempt === 10 || !["EPERM", "EBUSY", "EACCES"].includes(code)) throw error;
      await delay(20 * attempt);
    }
  }
}
