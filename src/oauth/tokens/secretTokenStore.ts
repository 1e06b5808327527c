import { GatewayFailure, isFailure } from "../../failures/failure.ts";
import type { CrossProcessLock } from "../../lib/crossProcessLock.ts";
import { deleteSecret, keepSecret, readSecret } from "./keptSecrets.ts";
import { isMoved } from "./movedMark.ts";
import type { SecretStore } from "./secretStore.ts";
import { parseTokenSet, serializeTokenSet, type TokenSet, tokenSetVersion, versionOf } from "./tokenSet.ts";
import type { TokenStore } from "./tokenStore.ts";

const prefix = "session:";

/** The entry of a sign-in. */
export const sessionKey = (sessionId: string): string => prefix + sessionId;

/** The sign-in that an entry of the secret store holds, by its key; undefined for entries of another kind. */
export const sessionOfKey = (key: string): string | undefined =>
  key.startsWith(prefix) ? key.slice(prefix.length) : undefined;

export interface SecretTokenStoreWorld {
  /** Opens the keychain, where the sign-ins are that moved there. Without it, what moved away counts as signed out. */
  readonly elsewhere?: (() => Promise<TokenStore>) | undefined;
  /** Copies that are on their way here are sign-ins: the editor that they come from says that they have arrived. */
  readonly takesMoving?: boolean;
}

/**
 * Sign-ins in a secret store, one entry each, so that two windows never overwrite each other's. Each can have moved to the
 * keychain, which is then the one that keeps it.
 */
export class SecretTokenStore implements TokenStore {
  readonly version = tokenSetVersion;
  readonly #secrets: SecretStore;
  readonly #lock: CrossProcessLock;
  readonly #world: SecretTokenStoreWorld;
  /** What was read last under each key, and the text that it was read from; whoever reads meanwhile waits for it too. */
  readonly #parsed = new Map<string, { readonly text: string; readonly tokens: Promise<TokenSet> }>();
  /** Renewed tokens that were not taken, and what the secret store has instead: it is worth nothing any more. */
  readonly #unkept = new Map<string, { readonly instead: string | undefined; readonly tokens: TokenSet }>();

  constructor(secrets: SecretStore, lock: CrossProcessLock, world: SecretTokenStoreWorld = {}) {
    this.#secrets = secrets;
    this.#lock = lock;
    this.#world = world;
  }

  async read(sessionId: string): Promise<TokenSet | undefined> {
    const key = sessionKey(sessionId);
    const text = await readSecret(this.#secrets, key);
    const unkept = this.#unkept.get(key);
    if (unkept?.instead === text && unkept !== undefined)
      return this.#arrived(await this.#unkeptNow(key, unkept.tokens));
    this.#unkept.delete(key);
    const parsed = this.#parsed.get(key);
    // Every call to a gateway begins here, and checking the stamp takes a hash.
    if (parsed !== undefined && parsed.text === text) return this.#arrived(await parsed.tokens);
    this.#parsed.delete(key);
    if (isMoved(text)) return await (await this.#world.elsewhere?.())?.read(sessionId);
    if (text === undefined) return undefined;
    const tokens = parseTokenSet(key, sessionId, text);
    this.#parsed.set(key, { text, tokens });
    return this.#arrived(await tokens);
  }

  async write(tokens: TokenSet): Promise<void> {
    const key = sessionKey(tokens.sessionId);
    const before = await readSecret(this.#secrets, key);
    const isElsewhere = isMoved(before);
    const elsewhere = isElsewhere && (await this.#world.elsewhere?.());
    if (elsewhere) return await elsewhere.write(tokens);
    // A sign-in replaces what is damaged; what a newer version wrote is not ours to judge.
    if (!isElsewhere && (versionOf(before) ?? 0) > this.version)
      throw new GatewayFailure("stored_by_newer_version", { key });
    await keepSecret(this.#secrets, key, serializeTokenSet(tokens));
    this.#unkept.delete(key);
  }

  async writeRenewed(tokens: TokenSet): Promise<boolean> {
    const key = sessionKey(tokens.sessionId);
    // What was read last is what the renewal began with.
    const instead = this.#unkept.get(key)?.instead ?? this.#parsed.get(key)?.text;
    try {
      await this.write(tokens);
      return true;
    } catch (error) {
      if (!isFailure(error, "secret_storage_failed")) throw error;
      this.#unkept.set(key, { instead, tokens });
      return false;
    }
  }

  async delete(sessionId: string): Promise<void> {
    const key = sessionKey(sessionId);
    await (await this.keeping(sessionId))?.delete(sessionId);
    await deleteSecret(this.#secrets, key);
    // Whoever signs out leaves nothing in memory either, where a dump of it would show it.
    this.#parsed.delete(key);
    this.#unkept.delete(key);
  }

  async list(): Promise<readonly string[]> {
    const keys = await this.#secrets.keys();
    return keys.map(sessionOfKey).filter((id) => id !== undefined);
  }

  exclusively<T>(sessionId: string, act: () => Promise<T>): Promise<T> {
    return this.#lock.run(signInsLock, async () => {
      const elsewhere = await this.keeping(sessionId);
      return elsewhere ? await elsewhere.exclusively(sessionId, act) : await act();
    });
  }

  renewing<T>(sessionId: string, act: () => Promise<T>): Promise<T> {
    return this.#lock.run(renewalLock(sessionId), async () => {
      const elsewhere = await this.keeping(sessionId);
      return elsewhere ? await elsewhere.renewing(sessionId, act) : await act();
    });
  }

  #arrived(tokens: TokenSet): TokenSet | undefined {
    return tokens.isMoving && !this.#world.takesMoving ? undefined : tokens;
  }

  /** Where a sign-in is that moved away. Whoever moves it holds the locks of both places. */
  async keeping(sessionId: string): Promise<TokenStore | undefined> {
    const { elsewhere } = this.#world;
    return elsewhere && isMoved(await readSecret(this.#secrets, sessionKey(sessionId))) ? await elsewhere() : undefined;
  }

  /** A store that was locked may take it by now; the next look then finds it there. */
  async #unkeptNow(key: string, tokens: TokenSet): Promise<TokenSet> {
    await keepSecret(this.#secrets, key, serializeTokenSet(tokens)).catch(() => {});
    return tokens;
  }
}

/** The names of the locks that a sign-in is changed and renewed under. */
export const signInsLock = "sign-ins";
export const renewalLock = (sessionId: string): string => `renew-${sessionId}`;
