import { join } from "node:path";
import { type HandedSettings, handedSettings, type SetInWindow } from "../../connections/settings/handedSettings.ts";
import { fileLock } from "../../system/fileLock.ts";
import { readJsonFile, writeJsonFile } from "../../system/jsonFile.ts";
import { handedCopy, handedFile } from "./handedFile.ts";

/**
 * Keeps what is set in this window beside the bridge, for the program that the bridge starts where no window is open.
 *
 * It is kept twice. What a window set whose folder is not open has no other place, and would be lost with one damaged file; the
 * program reads the first alone, since the second may be older by one write.
 *
 * @param folder the extension's storage
 * @param current what is set now
 * @returns writes it, unless that is what stands there since this window wrote it; @throws GatewayFailure `file_not_written`
 *   and the operating system's errors
 */
export function handOver(folder: string, current: () => SetInWindow): () => Promise<void> {
  const paths = [handedFile(folder), handedCopy(folder)];
  const lock = fileLock(join(folder, "locks"));
  let written: string | undefined;
  return () =>
    lock.run("handed-settings", async () => {
      const before = await Promise.all(paths.map((path) => readJsonFile(path).catch(() => undefined)));
      const next: HandedSettings = handedSettings(current(), before);
      const text = JSON.stringify(next);
      // One that others could write is replaced by the first write of each window, whatever stands in it.
      if (text === written && before.every((one) => text === JSON.stringify(one))) return;
      for (const path of paths) await writeJsonFile(path, next);
      written = text;
    });
}
