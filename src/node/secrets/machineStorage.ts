import { rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { connectionId } from "../../connections/connectionBook.ts";
import { withoutSlash } from "../../lib/sameAddress.ts";
import type { TextFile } from "../../lib/textFile.ts";
import type { SecretStore } from "../../oauth/tokens/secretStore.ts";
import { fileLock } from "../../system/fileLock.ts";
import { textFile } from "../../system/textFile.ts";
import { KeychainIndex } from "./keychainIndex.ts";

/** Where lists of tools, locks and the list of the keychain's entries are, for all programs of a person; none holds a secret. */
export function cacheFolder(): string {
  const { LOCALAPPDATA, XDG_CACHE_HOME } = process.env;
  if (process.platform === "win32") return join(LOCALAPPDATA ?? join(homedir(), "AppData", "Local"), "gateway-connect");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "gateway-connect");
  return join(XDG_CACHE_HOME || join(homedir(), ".cache"), "gateway-connect");
}

/** The folder of the locks that whoever uses the keychain takes. */
export const lockFolder = (): string => join(cacheFolder(), "locks");

/** The list of the keychain's entries. */
export const indexPath = (): string => join(cacheFolder(), "keychain.json");

/** @param onUnusable called once where the list cannot be used */
export function machineIndex(onUnusable: (error: unknown) => void): KeychainIndex {
  const path = indexPath();
  return new KeychainIndex({
    file: textFile(path),
    removeFile: () => rm(path, { force: true }),
    lock: fileLock(lockFolder()),
    onUnusable,
  });
}

const recordPrefix = "gateway:";

/** The name of the entry with the record of the gateway at an address. */
export const recordKey = async (address: string): Promise<string> =>
  recordPrefix + (await connectionId(withoutSlash(address.trim())));

/** Whether an entry is the record of a gateway. */
export const isRecordKey = (key: string): boolean => key.startsWith(recordPrefix);

/** The file of connections, as one entry among the secrets. */
export function connectionRecord(secrets: SecretStore, record: string): TextFile {
  return {
    path: `the keychain's entry ${record}`,
    isCompact: true,
    read: async () => secrets.get(record),
    write: async (text) => void (await secrets.store(record, text)),
  };
}
