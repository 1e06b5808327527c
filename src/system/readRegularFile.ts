import { constants, type FileHandle, open } from "node:fs/promises";
import { retryWhileBusy } from "./retryWhileBusy.ts";

/** What was found at a path. */
export type FoundFile =
  | { readonly kind: "read"; readonly bytes: Buffer; readonly mode: number }
  | { readonly kind: "absent" }
  /** Another program has it open and lets nobody else at it: Windows has such locks. */
  | { readonly kind: "locked" }
  /** Something is there that is not to be read. */
  | { readonly kind: "unreadable"; readonly reason: string };

/**
 * Reads a file that any program may have put there: never a folder, a device or a pipe, which may have no end or wait
 * for a writer for ever, and no more than was expected of it.
 *
 * @param mostBytes how large the file may be
 */
export async function readRegularFile(path: string, mostBytes: number): Promise<FoundFile> {
  let file: FileHandle | undefined;
  try {
    // Without O_NONBLOCK, which Windows does not have, opening a pipe waits for somebody to write to it.
    file = await retryWhileBusy(() => open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)));
    const about = await file.stat();
    if (!about.isFile()) return { kind: "unreadable", reason: about.isDirectory() ? FOLDER : NOT_REGULAR };
    const chunks: Buffer[] = [];
    // One byte more, since the file may have grown.
    for await (const chunk of file.createReadStream({ end: mostBytes, autoClose: false })) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    if (bytes.length > mostBytes) {
      return { kind: "unreadable", reason: `it has more than ${Math.round(mostBytes / 2 ** 20)} MiB` };
    }
    return { kind: "read", bytes, mode: about.mode & 0o777 };
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    // The latter says that a folder on the way is none.
    if (code === "ENOENT" || code === "ENOTDIR") return { kind: "absent" };
    if (code === "EBUSY") return { kind: "locked" };
    return { kind: "unreadable", reason: reasons[code] ?? `it cannot be read (${code})` };
  } finally {
    await file?.close();
  }
}

const FOLDER = "it is a folder";
const NOT_REGULAR = "it is not a regular file";

/** What a system calls them that it does not open. */
const reasons: Readonly<Record<string, string>> = {
  ELOOP: "its links lead in a circle",
  EISDIR: FOLDER,
  ENXIO: NOT_REGULAR,
  ENODEV: NOT_REGULAR,
};
