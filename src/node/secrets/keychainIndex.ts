import { GatewayFailure } from "../../failures/failure.ts";
import type { CrossProcessLock } from "../../lib/crossProcessLock.ts";
import type { TextFile } from "../../lib/textFile.ts";
import type { KeychainStore } from "./entriesInParts.ts";

/** A computer has a few entries for each gateway. A list that is full takes no more, and none of it is dropped. */
export const MOST_KEYS = 2_000;
const MOST_CHARACTERS = 500_000;
const version = 1;
/** A key is handed to the keychain's tools: whatever else stands in the list was not written here. */
const ours = /^(?:session|client|credential|gateway):[\w-]{1,100}$/;

export interface KeychainIndexWorld {
  readonly file: TextFile;
  readonly removeFile: () => Promise<void>;
  readonly lock: CrossProcessLock;
  /** Called once where the list cannot be used: what is kept from then on is not in it. */
  readonly onUnusable: (error: unknown) => void;
}

/**
 * The names of this program's entries in the keychain, whose tools cannot list them. It holds no secret and no address.
 * A list that cannot be read, or is of another version, is left byte for byte.
 */
export class KeychainIndex {
  readonly #world: KeychainIndexWorld;
  #isTold = false;

  constructor(world: KeychainIndexWorld) {
    this.#world = world;
  }

  /** @throws GatewayFailure `file_damaged` */
  async keys(): Promise<readonly string[]> {
    const { file } = this.#world;
    const text = await file.read();
    if (text === undefined) return [];
    const damaged = (reason: string) => new GatewayFailure("file_damaged", { path: file.path, reason });
    if (text.length > MOST_CHARACTERS) throw damaged("it is too long to be the list of entries in the keychain");
    const found = parsed(text);
    if (!found) throw damaged("it is not valid JSON");
    if (found.version !== version) throw damaged("it is of a version that this program does not know");
    const { keys } = found;
    if (!Array.isArray(keys) || keys.length > MOST_KEYS || !keys.every(isKey)) {
      throw damaged("it is no list of entries in the keychain");
    }
    return keys;
  }

  /** Makes an entry, which is in the list before it is in the keychain: one that nobody knew of would outlive a sign-out. */
  adding(key: string, act: () => Promise<void>): Promise<void> {
    return this.#changing(async () => {
      await this.#tolerant((keys) => (keys.includes(key) || keys.length >= MOST_KEYS ? keys : [...keys, key]));
      await act();
    });
  }

  /** Takes an entry away, which is in the list until it is gone. */
  removing(key: string, act: () => Promise<void>): Promise<void> {
    return this.#changing(async () => {
      await act();
      await this.#tolerant((keys) => (keys.includes(key) ? keys.filter((one) => one !== key) : keys));
    });
  }

  /** Notes an entry that is there already, of a version without the list perhaps. */
  async noteFound(key: string): Promise<void> {
    const keys = await this.keys().catch(() => undefined);
    if (!keys?.includes(key)) await this.adding(key, async () => {});
  }

  /**
   * Removes the list where nothing is in it any more.
   *
   * @throws GatewayFailure `file_damaged`
   */
  removeEmpty(): Promise<void> {
    return this.#changing(async () => {
      if ((await this.keys()).length === 0) await this.#world.removeFile();
    });
  }

  /** The list and the keychain change under one lock, so that neither forgets what another process just made. */
  #changing(act: () => Promise<void>): Promise<void> {
    return this.#world.lock.run("keychain-index", act);
  }

  /** A list that cannot be used keeps nobody from signing in or out. */
  async #tolerant(change: (keys: readonly string[]) => readonly string[]): Promise<void> {
    try {
      const before = await this.keys();
      const keys = change(before);
      if (keys !== before) await this.#world.file.write(`${JSON.stringify({ version, keys })}\n`);
    } catch (error) {
      if (!this.#isTold) this.#world.onUnusable(error);
      this.#isTold = true;
    }
  }
}

/** A keychain whose entries are in the list. */
export function indexedKeychain(keychain: KeychainStore, index: KeychainIndex): KeychainStore {
  const noted = new Set<string>();
  let noting: Promise<unknown> = Promise.resolve();
  return {
    async get(key) {
      const value = await keychain.get(key);
      if (value !== undefined && !noted.has(key)) {
        noted.add(key);
        // Nobody waits for it: whoever starts the program waits for an answer.
        noting = Promise.all([noting, index.noteFound(key).catch(() => {})]);
      }
      return value;
    },
    async store(key, value, isSeen) {
      noted.add(key);
      await index.adding(key, async () => await keychain.store(key, value, isSeen));
    },
    async delete(key, isSeen) {
      noted.delete(key);
      await noting;
      await index.removing(key, async () => await keychain.delete(key, isSeen));
    },
    forget: () => keychain.forget?.(),
    // A keychain tells this process only of what it asked for. A list that cannot be used is told where it is written.
    keys: async () => [...new Set([...(await keychain.keys()), ...(await index.keys().catch(() => []))])],
  };
}

function parsed(text: string): { readonly version?: unknown; readonly keys?: unknown } | undefined {
  try {
    return (JSON.parse(text) ?? undefined) as { readonly version?: unknown; readonly keys?: unknown } | undefined;
  } catch {
    return undefined;
  }
}

const isKey = (key: unknown): key is string => typeof key === "string" && ours.test(key);
