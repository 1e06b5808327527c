import { join } from "node:path";
import { connectionId } from "../connections/connectionBook.ts";
import { isFailure } from "../failures/failure.ts";
import { messageOf } from "../lib/causes.ts";
import type { CrossProcessLock } from "../lib/crossProcessLock.ts";
import type { openKeychain } from "../node/secrets/keychain.ts";
import { indexedKeychain, type KeychainIndex } from "../node/secrets/keychainIndex.ts";
import { indexPath, lockFolder, machineIndex, recordKey } from "../node/secrets/machineStorage.ts";
import { memorySecrets, processLock, sharedSecrets } from "../node/secrets/sharedSecrets.ts";
import type { SecretStore } from "../oauth/tokens/secretStore.ts";
import { sessionOfKey } from "../oauth/tokens/secretTokenStore.ts";
import { cacheFolder } from "../system/cacheFolder.ts";
import { fileLock } from "../system/fileLock.ts";
import type { StandaloneOptions } from "./arguments.ts";
import { say } from "./output.ts";

/** The operating system's keychain, where there is one. */
export type Keychain = Awaited<ReturnType<typeof openKeychain>>;

/** The folder of lists of tools; nothing in it is secret. */
export const catalogueFolder = (): string => join(cacheFolder(), "catalogues");

export const keychainIndex = (): KeychainIndex =>
  machineIndex((error) => {
    const reason = isFailure(error, "file_damaged") ? error.facts.reason : String(error);
    say(`--sign-out --all will not find what is signed in to now, since ${indexPath()} cannot be used: ${reason}.`);
  });

/** Whether an entry of that name was made in a keychain of this computer before. */
export const isListed = (key: string): Promise<boolean> =>
  keychainIndex()
    .keys()
    .then(
      (keys) => keys.includes(key),
      () => false,
    );

/**
 * The entry of the sign-in that a record very likely names: the only one that there is. Which one it is of several the record
 * alone says.
 */
export const onlySignIn = async (record: string): Promise<string | undefined> => {
  const keys = await keychainIndex()
    .keys()
    .catch((): readonly string[] => []);
  const [only, ...others] = keys.filter((key) => sessionOfKey(key) !== undefined);
  return others.length === 0 && keys.includes(record) ? only : undefined;
};

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
  const onRefused = (error: unknown) => say(`Tokens are kept in memory only: ${reasonOf(error)}.`);
  return sharedSecrets(indexedKeychain(keychain, keychainIndex()), fileLock(lockFolder()), { now, onRefused });
}

function reasonOf(error: unknown): string {
  if (isFailure(error, "file_not_written")) return `${error.facts.path} cannot be written (${error.facts.reason})`;
  return messageOf(error);
}

/** The id of a connection, and the name of the entry that keeps its record. */
export interface ConnectionKeys {
  readonly id: string;
  readonly record: string;
}

/** One record for each address. In it, each client, issuer, scopes and resource make a connection of their own. */
export async function connectionKeys(options: StandaloneOptions): Promise<ConnectionKeys> {
  const { url, flow, enterprise } = options;
  const { clientId, issuer, scopes, resource, clientMetadataUrl } = options.settings;
  const { awsProfile, workload } = options.settings;
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
        ...(flow === "workloadIdentity" ? [workload, awsProfile ?? ""] : []),
        ...(enterprise ? [enterprise.issuer, enterprise.clientId, enterprise.idToken ?? null] : []),
      ]),
    ),
    record: await recordKey(url),
  };
}
