import { rm } from "node:fs/promises";
import { join } from "node:path";
import { connectionId } from "../../connections/connectionBook.ts";
import { withoutSlash } from "../../lib/sameAddress.ts";
import type { TextFile } from "../../lib/textFile.ts";
import type { SecretStore } from "../../oauth/tokens/secretStore.ts";
import { cacheFolder } from "../../system/cacheFolder.ts";
import { fileLock } from "../../system/fileLock.ts";
import { textFile } from "../../system/textFile.ts";
import { KeychainIndex } from "./keychainIndex.ts";

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
