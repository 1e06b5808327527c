import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { retryWhileBusy } from "./retryWhileBusy.ts";

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
    await retryWhileBusy(() => rename(temporary, path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
