import { randomBytes } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { replaceFile } from "./replaceFile.ts";

/**
 * Writes a file whole: who reads meanwhile sees the old one or the new one, and after a power cut one of them is there.
 *
 * @param mode who may read and write it
 * @param beforeItIsSeen runs just before the file takes its place; what it throws leaves everything as it was
 */
export async function writeWholeFile(
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
