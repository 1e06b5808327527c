import type { CrossProcessLock } from "../../lib/crossProcessLock.ts";
import type { SecretStore } from "../../oauth/tokens/secretStore.ts";
import { sessionOfKey } from "../../oauth/tokens/secretTokenStore.ts";
import type { KeychainStore } from "./entriesInParts.ts";
import { KeychainReads } from "./keychainReads.ts";

/** Secrets in memory: they end with the process. */
export function memorySecrets(): SecretStore {
  const entries = new Map<string, string>();
  return {
    get: async (key) => entries.get(key),
    store: async (key, value) => void entries.set(key, value),
    delete: async (key) => void entries.delete(key),
    keys: async () => [...entries.keys()],
  };
}

/** A lock within this process, for what nobody else can see anyway. */
export function processLock(): CrossProcessLock {
  const queues = new Map<string, Promise<unknown>>();
  return {
    run<T>(name: string, act: () => Promise<T>): Promise<T> {
      const mine = (queues.get(name) ?? Promise.resolve()).then(act);
      const settled = mine.catch(() => {}).finally(() => queues.get(name) === settled && queues.delete(name));
      queues.set(name, settled);
      return mine;
    },
  };
}

/**
 * A keychain that several processes share, read once in a while instead of at each request, since each look starts a
 * program. Whoever holds the lock reads anew: a renewal must see what another process renewed before.
 *
 * @param onRefused called once when the keychain takes nothing more; what it did not take stays in memory
 * @returns secrets whose `delete` fails where the keychain does not delete
 */
export function sharedSecrets(
  keychain: KeychainStore,
  lock: CrossProcessLock,
  world: { readonly now: () => number; readonly onRefused: (error: unknown) => void },
): {
  readonly secrets: SecretStore;
  readonly lock: CrossProcessLock;
  /** Whether a sign-in is in memory only, since the keychain did not take it. */
  endsWithProcess(session: string): boolean;
} {
  const kept = new Map<string, string>();
  /** The keychain did not delete them. This process uses them no more; others may. */
  const left = new Set<string>();
  let told = false;
  const refused = (error: unknown) => {
    if (!told) world.onRefused(error);
    told = true;
  };
  // What was seen last still serves when the keychain is locked or ends in mid-use, but for who holds the lock.
  const read = (key: string, last: Promise<string | undefined> | undefined) =>
    Promise.resolve(keychain.get(key)).catch((error: unknown) => {
      refused(error);
      return last;
    });
  const reads = new KeychainReads(read, world.now);
  return {
    endsWithProcess: (session) => [...kept.keys()].some((key) => sessionOfKey(key) === session),
    secrets: {
      async get(key) {
        const here = kept.get(key);
        if (here !== undefined) return here;
        if (left.has(key)) return undefined;
        return reads.get(key);
      },
      async store(key, value) {
        const isSeen = reads.isCurrent(key);
        reads.wrote(key, value);
        try {
          await keychain.store(key, value, isSeen);
          kept.delete(key);
          left.delete(key);
        } catch (error) {
          kept.set(key, value);
          refused(error);
          // A refresh token that others would still find there is spent by the one that is kept here (RFC 9700, 4.14.2).
          if (sessionOfKey(key) !== undefined) await Promise.resolve(keychain.delete(key)).catch(() => {});
        }
      },
      async delete(key) {
        const isSeen = reads.isCurrent(key);
        reads.forget(key);
        kept.delete(key);
        try {
          await keychain.delete(key, isSeen);
          left.delete(key);
        } catch (error) {
          left.add(key);
          throw error;
        }
      },
      keys: () => keychain.keys(),
    },
    lock: reads.clearedBy(lock, () => keychain.forget?.()),
  };
}
