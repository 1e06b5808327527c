import { join } from "node:path";
import { type HandedSettings, handedSettings, type SetInWindow } from "../../connections/settings/handedSettings.ts";
import { fileLock } from "../../system/fileLock.ts";
import { readJsonFile, writeJsonFile } from "../../system/jsonFile.ts";
import { handedFile } from "./handedFile.ts";

/**
 * Keeps what is set in this window beside the bridge, for the program that the bridge starts where no window is open.
 *
 * @param folder the extension's storage
 * @param current what is set now
 * @returns writes it, unless that is what stands there since this window wrote it; @throws GatewayFailure `file_not_written`
 *   and the operating system's errors
 */
export function handOver(folder: string, current: () => SetInWindow): () => Promise<void> {
  const path = handedFile(folder);
  const lock = fileLock(join(folder, "locks"));
  let written: string | undefined;
  return () =>
    lock.run("handed-settings", async () => {
      const before = await readJsonFile(path).catch(() => undefined);
      const next: HandedSettings = handedSettings(current(), before);
      const text = JSON.stringify(next);
      // One that others could write is replaced by the first write of each window, whatever stands in it.
      if (text === written && text === JSON.stringify(before)) return;
      await writeJsonFile(path, next);
      written = text;
    });
}
