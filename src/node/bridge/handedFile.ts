import { closeSync, constants, fstatSync, openSync } from "node:fs";
import { join } from "node:path";
import { type HandedSettings, readHandedSettings } from "../../connections/settings/handedSettings.ts";
import { GatewayFailure } from "../../failures/failure.ts";
import { decodedText } from "../../lib/decodedText.ts";
import { MAX_DOCUMENT_BYTES } from "../../lib/limits.ts";
import { isOnlyOurs } from "../../system/onlyOurs.ts";
import { readOpenFile } from "../../system/readNamedFile.ts";

/** The file in which windows hand over what is set, beside the bridge, which has the same name in `src/bridge.ts`. */
export const handedFile = (folder: string): string => join(folder, "bridge", "settings.json");

/** What is read where that file is damaged, by the next window alone: see `handOver`. */
export const handedCopy = (folder: string): string => join(folder, "bridge", "settings.copy.json");

/**
 * Reads what the last window handed over for a gateway, and again when another one did.
 *
 * @param folder the extension's storage
 * @returns throws GatewayFailure `editor_settings_unusable`, also where somebody else could have written it
 */
export function handedReader(folder: string, url: string): () => HandedSettings {
  const path = handedFile(folder);
  let kept: { readonly mark: string; readonly settings: HandedSettings } | undefined;
  return () => {
    const file = opened(path);
    try {
      const found = fstatSync(file);
      if (!found.isFile() || !isOnlyOurs(found))
        throw new GatewayFailure("editor_settings_unusable", { path, fault: { kind: "foreign" } });
      const mark = [found.ino, found.mtimeMs, found.ctimeMs, found.size].join();
      if (kept?.mark !== mark) kept = { mark, settings: readHandedSettings(textOf(file), { path, url }) };
      return kept.settings;
    } finally {
      closeSync(file);
    }
  };
}

/** A link leads to what somebody else may have written, and a pipe would never end. */
function opened(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const kind = (error as NodeJS.ErrnoException).code === "ENOENT" ? "missing" : "foreign";
    throw new GatewayFailure("editor_settings_unusable", { path, fault: { kind } });
  }
}

/** What cannot be read whole is damaged. */
function textOf(file: number): string {
  try {
    return decodedText(readOpenFile(file, MAX_DOCUMENT_BYTES));
  } catch {
    return "";
  }
}
