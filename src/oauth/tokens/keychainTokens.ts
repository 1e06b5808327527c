import { isFailure } from "../../failures/failure.ts";
import type { Log } from "../../lib/log.ts";
import { isMoved, returningEntry } from "./movedMark.ts";
import { type MovePlaces, settle } from "./moveSignIn.ts";
import { SecretTokenStore, sessionKey } from "./secretTokenStore.ts";
import { parseTokenSet, serializeTokenSet, type TokenSet, tokenSetVersion } from "./tokenSet.ts";
import type { TokenStore } from "./tokenStore.ts";

export interface KeychainTokensWorld {
  readonly log: Log;
  /** Where a move that was left half done is settled: the same places, which read anew each time. */
  readonly settling: MovePlaces;
  /** Called when a sign-in was deleted, by the window that deletes it. */
  readonly onDeleted: (sessionId: string) => void;
}

/**
 * The sign-ins of an editor that moved to the keychain. Every program of the person reads, renews and ends them there, under
 * locks that all of them share.
 */
export class KeychainTokens implements TokenStore {
  readonly version = tokenSetVersion;
  readonly #places: MovePlaces;
  readonly #world: KeychainTokensWorld;
  readonly #kept: SecretTokenStore;
  readonly #settling = new Set<string>();

  constructor(places: MovePlaces, world: KeychainTokensWorld) {
    this.#places = places;
    this.#world = world;
    const { secrets, lock } = places.keychain;
    this.#kept = new SecretTokenStore(secrets, lock, { takesMoving: true });
  }

  /** @throws GatewayFailure `keychain_unavailable` besides those of every store */
  async read(sessionId: string): Promise<TokenSet | undefined> {
    const key = sessionKey(sessionId);
    const { editor, keychain } = this.#places;
    if (isMoved(await keychain.secrets.get(key))) {
      const back = returningEntry(await editor.secrets.get(key));
      if (back === undefined) return undefined;
      this.#settle(sessionId);
      return await parseTokenSet(key, sessionId, back);
    }
    const tokens = await this.#kept.read(sessionId);
    if (!tokens?.isMoving) return tokens;
    this.#settle(sessionId);
    const { isMoving: _, ...arrived } = tokens;
    return arrived;
  }

  async write({ isMoving: _, ...tokens }: TokenSet): Promise<void> {
    const { editor, keychain } = this.#places;
    const key = sessionKey(tokens.sessionId);
    try {
      if (!isMoved(await keychain.secrets.get(key))) return await this.#kept.write(tokens);
    } catch (error) {
      if (isFailure(error, "stored_by_newer_version")) throw error;
      // Better here alone than nowhere: the tokens before these may be spent.
      this.#world.log.warn("the keychain takes nothing, so that the editor keeps a sign-in itself again");
    }
    await editor.secrets.store(key, serializeTokenSet(tokens));
    await Promise.resolve(keychain.secrets.delete(key)).catch(() => {});
  }

  /** What the keychain does not take, the editor keeps. */
  async writeRenewed(tokens: TokenSet): Promise<boolean> {
    await this.write(tokens);
    return true;
  }

  async delete(sessionId: string): Promise<void> {
    await this.#kept.delete(sessionId);
    this.#world.onDeleted(sessionId);
  }

  list(): Promise<readonly string[]> {
    return this.#kept.list();
  }

  exclusively<T>(sessionId: string, act: () => Promise<T>): Promise<T> {
    return this.#kept.exclusively(sessionId, act);
  }

  renewing<T>(sessionId: string, act: () => Promise<T>): Promise<T> {
    return this.#kept.renewing(sessionId, act);
  }

  /** Not waited for: whoever reads may hold the locks that it needs. */
  #settle(sessionId: string): void {
    if (this.#settling.has(sessionId)) return;
    this.#settling.add(sessionId);
    void settle(sessionId, this.#world.settling)
      .catch(() => this.#world.log.warn("a move to or from the keychain is not finished yet"))
      .finally(() => this.#settling.delete(sessionId));
  }
}
