import { GatewayFailure } from "../../failures/failure.ts";
import { messageOf } from "../../lib/causes.ts";
import type { CrossProcessLock } from "../../lib/crossProcessLock.ts";
import type { Log } from "../../lib/log.ts";
import type { SignInPlace } from "../../oauth/tokens/moveSignIn.ts";
import { fileLock } from "../../system/fileLock.ts";
import type { IsForeign } from "../../system/ownPrograms.ts";
import type { KeychainStore } from "./entriesInParts.ts";
import { keychainTools, keychainTrouble, openKeychain } from "./keychain.ts";
import { indexedKeychain, type KeychainIndex } from "./keychainIndex.ts";
import { KeychainReads } from "./keychainReads.ts";
import { lockFolder, machineIndex } from "./machineStorage.ts";

/** How long a keychain that did not open is not asked again: somebody may have closed its dialog. */
const closedMs = 15_000;

export interface EditorKeychainWorld {
  readonly now: () => number;
  readonly log: Log;
  readonly platform?: NodeJS.Platform;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where no tool is taken from, see `runTool`. */
  readonly isForeign?: IsForeign;
  /** Opens the keychain of the operating system; undefined where there is none. */
  readonly open?: () => Promise<KeychainStore | undefined>;
  readonly trouble?: () => Promise<string | undefined>;
  readonly index?: KeychainIndex;
  readonly lock?: CrossProcessLock;
}

/** The keychain as an editor uses it. Unlike the program without an editor it keeps nothing that the keychain refuses. */
export interface EditorKeychain {
  /** Read anew each time, for what must not rely on what was seen. */
  readonly fresh: SignInPlace;
  /** Read once in a while, since each look starts a program; whoever holds the lock reads anew. */
  readonly seen: SignInPlace;
  /** Whether an entry may be there, which asks no keychain. */
  isListed(key: string): Promise<boolean>;
  /** Forgets what was seen: another program has changed an entry. */
  forget(): void;
}

/**
 * Opens the keychain when it is first asked for something.
 *
 * @returns stores that fail with `keychain_unavailable` where it does not answer
 */
export function editorKeychain(world: EditorKeychainWorld): EditorKeychain {
  const { now, log, platform = process.platform, env = process.env, isForeign } = world;
  const { run, probe } = keychainTools(env, isForeign);
  const {
    open = () => openKeychain(platform, env, { run, probe }),
    trouble = () => keychainTrouble(platform, env, { probe }),
  } = world;
  const lock = world.lock ?? fileLock(lockFolder());
  const index = world.index ?? machineIndex(() => log.warn("the list of the keychain's entries cannot be used"));
  let opening: Promise<KeychainStore> | undefined;
  let failedAt: number | undefined;
  const opened = (): Promise<KeychainStore> => {
    if (opening && (failedAt === undefined || now() - failedAt < closedMs)) return opening;
    failedAt = undefined;
    const mine = (async () => {
      const keychain = await open();
      if (keychain) return indexedKeychain(keychain, index);
      throw new GatewayFailure("keychain_unavailable", { reason: (await trouble()) ?? "it did not answer" });
    })();
    opening = mine;
    mine.catch(() => {
      failedAt = now();
    });
    return mine;
  };
  const asked = async <T>(act: (keychain: KeychainStore) => PromiseLike<T>): Promise<T> => {
    const keychain = await opened();
    try {
      return await act(keychain);
    } catch (error) {
      const reason = messageOf(error);
      throw new GatewayFailure("keychain_unavailable", { reason }, { cause: error });
    }
  };
  const fresh: KeychainStore = {
    get: (key) => asked((keychain) => keychain.get(key)),
    store: (key, value, isSeen) => asked((keychain) => keychain.store(key, value, isSeen)),
    delete: (key, isSeen) => asked((keychain) => keychain.delete(key, isSeen)),
    keys: () => asked((keychain) => keychain.keys()),
  };
  // What was seen last still serves when the keychain is locked or ends in mid-use, but for who holds the lock.
  const reads = new KeychainReads(
    (key, last) => Promise.resolve(fresh.get(key)).catch((error: unknown) => last ?? Promise.reject(error)),
    now,
  );
  const forgetting = reads.clearedBy(lock);
  return {
    fresh: { secrets: fresh, lock: forgetting },
    seen: {
      lock: forgetting,
      secrets: {
        ...fresh,
        get: (key) => reads.get(key),
        async store(key, value) {
          await fresh.store(key, value, reads.isCurrent(key));
          reads.wrote(key, value);
        },
        async delete(key) {
          const isSeen = reads.isCurrent(key);
          reads.forget(key);
          await fresh.delete(key, isSeen);
          reads.forget(key);
        },
      },
    },
    isListed: async (key) => (await index.keys()).includes(key),
    forget: () => reads.clear(),
  };
}
