import { rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { connectionId } from "../connections/connectionBook.ts";
import { isFailure } from "../failures/failure.ts";
import type { CrossProcessLock } from "../lib/crossProcessLock.ts";
import type { TextFile } from "../lib/textFile.ts";
import type { openKeychain } from "../node/secrets/keychain.ts";
import { memorySecrets, processLock, sharedSecrets } from "../node/secrets/sharedSecrets.ts";
import type { SecretStore } from "../oauth/tokens/secretStore.ts";
import { fileLock } from "../system/fileLock.ts";
import { textFile } from "../system/textFile.ts";
import type { StandaloneOptions } from "./arguments.ts";
import { indexedKeychain, KeychainIndex } from "./keychainIndex.ts";
import { say } from "./stderr.ts";

/** The operating system's keychain, where there is one. */
export type Keychain = Awaited<ReturnType<typeof openKeychain>>;

/** The folder of lists of tools; nothing in it is secret. */
export const catalogueFolder = (): string => join(cacheFolder(), "catalogues");

/** The folder of locks. */
export const lockFolder = (): string => join(cacheFolder(), "locks");

/** The list of the keychain's entries. */
export const indexPath = (): string => join(cacheFolder(), "keychain.json");

export function keychainIndex(): KeychainIndex {
  const path = indexPath();
  return new KeychainIndex({
    file: textFile(path),
    removeFile: () => rm(path, { force: true }),
    lock: fileLock(lockFolder()),
    onUnusable(error) {
      const reason = isFailure(error, "file_damaged") ? error.facts.reason : String(error);
      say(`--sign-out --all will not find what is signed in to now, since ${path} cannot be used: ${reason}.`);
    },
  });
}

/** Where this program keeps secrets. */
export interface StandaloneStorage {
  readonly secrets: SecretStore;
  readonly lock: CrossProcessLock;
  /** Whether a sign-in is in this process's memory only: nobody can use its tokens afterwards. */
  endsWithProcess(session: string): boolean;
}

/** Opens the keychain, which all processes of a person share under a lock, or memory where there is no keychain. */
export function openStorage(keychain: Keychain, now: () => number): StandaloneStorage {
  if (!keychain) return { secrets: memorySecrets(), lock: processLock(), endsWithProcess: () => true };
  const onRefused = (reason: string) => say(`Tokens are kept in memory only: ${reason}.`);
  return sharedSecrets(indexedKeychain(keychain, keychainIndex()), fileLock(lockFolder()), { now, onRefused });
}

/** The id of a connection, and the name of the entry that keeps its record. */
export interface ConnectionKeys {
  readonly id: string;
  readonly record: string;
}

/** One record for each address. In it, each client, issuer, scopes and resource make a connection of their own. */
export async function connectionKeys(options: StandaloneOptions): Promise<ConnectionKeys> {
  const { url, flow } = options;
  const { clientId, issuer, scopes, resource, clientMetadataUrl } = options.settings;
  const { awsProfile } = options.settings;
  const typed = url.trim().replace(/\/$/, "");
  return {
    id: await connectionId(
      JSON.stringify([
        typed,
        clientId,
        issuer,
        scopes,
        resource,
        clientMetadataUrl,
        flow,
        ...(flow === "aws" ? [awsProfile ?? ""] : []),
      ]),
    ),
    record: `gateway:${await connectionId(typed)}`,
  };
}

/** The file of connections, as one entry among the secrets. */
export function connectionRecord(secrets: SecretStore, record: string): TextFile {
  return {
    path: `the keychain's entry ${record}`,
    isCompact: true,
    read: async () => secrets.get(record),
    write: async (text) => void (await secrets.store(record, text)),
  };
}

/** Where lists of tools, locks and the list of the keychain's entries are; none holds a secret. */
export function cacheFolder(): string {
  const { LOCALAPPDATA, XDG_CACHE_HOME } = process.env;
  if (process.platform === "win32") return join(LOCALAPPDATA ?? join(homedir(), "AppData", "Local"), "gateway-connect");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "gateway-connect");
  return join(XDG_CACHE_HOME || join(homedir(), ".cache"), "gateway-connect");
}
