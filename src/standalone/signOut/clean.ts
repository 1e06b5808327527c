import { readdir, rm, rmdir } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Gateways } from "../../connections/gateways.ts";
import { readRecordList } from "../../lib/json/recordList.ts";
import { indexedKeychain, type KeychainIndex } from "../../node/secrets/keychainIndex.ts";
import { indexPath, lockFolder } from "../../node/secrets/machineStorage.ts";
import type { SecretStore } from "../../oauth/tokens/secretStore.ts";
import { sessionOfKey } from "../../oauth/tokens/secretTokenStore.ts";
import { cacheFolder } from "../../system/cacheFolder.ts";
import { compiledFolder } from "../../system/compiledCode.ts";
import { removeDeadLocks } from "../../system/fileLock.ts";
import { say } from "../output.ts";
import { catalogueFolder } from "../storage.ts";

export interface KeychainToClean {
  readonly keychain: SecretStore;
  readonly index: KeychainIndex;
  /** The keys of the records of gateways. */
  readonly records: readonly string[];
  /** Of a record without gateways: ends sign-ins that no gateway uses. */
  readonly unused: Gateways;
}

/**
 * Removes every entry of this program from the keychain, once nobody is signed in any more.
 *
 * @returns whether none is left
 */
export async function cleanKeychain({ keychain, index, records, unused }: KeychainToClean): Promise<boolean> {
  const inUse = await recordsInUse(keychain, records);
  if (inUse.length > 0) {
    say(`Left in the keychain, since it has gateways that were not signed out of: ${inUse.join(", ")}.`);
    return false;
  }
  const entries = indexedKeychain(keychain, index);
  const keys = await index.keys();
  const kept: string[] = [];
  for (const key of keys) {
    try {
      const session = sessionOfKey(key);
      // A sign-in that was lost from its record may still be valid.
      if (session !== undefined) await unused.forget(session);
      await entries.delete(key);
    } catch {
      kept.push(key);
    }
  }
  if (keys.length > kept.length) say(`Removed from the keychain: ${entriesText(keys.length - kept.length)}.`);
  if (kept.length > 0) say(`Left in the keychain, which refused: ${kept.join(", ")}.`);
  return kept.length === 0;
}

/** The records that still have something in them: a sign-out failed, or another version wrote what this one cannot read. */
async function recordsInUse(keychain: SecretStore, records: readonly string[]): Promise<readonly string[]> {
  const inUse: string[] = [];
  for (const record of records) {
    try {
      const text = await keychain.get(record);
      const isEmpty = text === undefined || readRecordList(text, "connections", true)?.records.length === 0;
      if (!isEmpty) inUse.push(record);
    } catch {
      inUse.push(record);
    }
  }
  return inUse;
}

/**
 * Removes this program's files. What somebody else put beside them stays, and so does the list of entries that are left.
 *
 * @returns whether nothing of ours is left
 * @throws GatewayFailure `file_damaged`
 */
export async function cleanFiles(index: KeychainIndex): Promise<boolean> {
  const folder = cacheFolder();
  const before = await namesIn(folder);
  for (const ours of [catalogueFolder(), compiledFolder()]) await rm(ours, { recursive: true, force: true });
  await index.removeEmpty();
  // Half a list, of a process that ended while it wrote.
  const half = new RegExp(`^${basename(indexPath()).replace(".", "\\.")}\\.[\\da-f]+$`);
  for (const name of before) if (half.test(name)) await rm(join(folder, name), { force: true });
  const held = await removeDeadLocks(lockFolder());
  await rmdir(folder).catch(() => {});
  const after = await namesIn(folder);
  const removed = before.filter((name) => !after.includes(name));
  if (removed.length > 0) say(`Removed from ${folder}: ${removed.join(", ")}.`);
  if (held.length > 0) say("Another process of this program is at work. End it and run this again for its locks.");
  if (after.length > 0) say(`Left in ${folder}: ${after.join(", ")}.`);
  if (before.length === 0) say("No file was kept here.");
  return after.length === 0;
}

const namesIn = (folder: string): Promise<readonly string[]> => readdir(folder).catch(() => []);

const entriesText = (count: number): string => (count === 1 ? "one entry" : `${count} entries`);
