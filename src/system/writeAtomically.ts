import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

/**
 * Writes a file whole: who reads meanwhile sees the old one or the new one, and after a power cut one of them is there.
 *
 * @param mode who may read and write it
 * @param beforeItIsSeen runs just before the file takes its place; what it throws leaves everything as it was
 */
export async function writeAtomically(
  path: string,
  content: string | Uint8Array,
  mode: number,
  beforeItIsSeen: () => Promise<void> = async () => {},
): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    const file = await open(temporary, "wx", mode);
    try {
      // The process's own mask took bits away.
      await file.chmod(mode);
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await beforeItIsSeen();
    await replaceFile(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Puts a file in the place of another. On Windows a file that a virus scanner has open cannot be replaced for a moment. */
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
