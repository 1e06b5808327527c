import { join } from "node:path";
import type { MachineFolders } from "../hosts/hostPaths.ts";
import { textFile } from "../system/textFile.ts";

/** Where the extension keeps what it keeps, for the program that runs when it is uninstalled: that one is told nothing. */
export interface StoragePointer {
  /** The extension's storage. */
  readonly folder: string;
  readonly places: MachineFolders & { readonly platform: NodeJS.Platform };
}

/** The file of it, beside the bundles. */
export const storagePointerFile = "storage.json";

/** Notes the storage. Where the extension's folder cannot be written to, nothing is cleaned up after an uninstallation. */
export async function noteStorage(bundles: string, pointer: StoragePointer): Promise<void> {
  await textFile(join(bundles, storagePointerFile))
    .write(JSON.stringify(pointer))
    .catch(() => undefined);
}

/** The storage that was noted; undefined where none was. @throws SyntaxError for a file that was damaged */
export async function readStoragePointer(path: string): Promise<StoragePointer | undefined> {
  const text = await textFile(path).read();
  if (text === undefined) return undefined;
  const { folder, places } = JSON.parse(text) as Partial<StoragePointer>;
  return typeof folder === "string" && typeof places?.home === "string" ? { folder, places } : undefined;
}
