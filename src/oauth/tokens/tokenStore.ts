import type { SecretStore } from "./secretStore.ts";
import { parseTokenSet, serializeTokenSet, type TokenSet } from "./tokenSet.ts";

const prefix = "session:";

/** Sessions in the secret store, one entry each, so that two windows never overwrite each other's. */
export class TokenStore {
  readonly #secrets: SecretStore;

  constructor(secrets: SecretStore) {
    this.#secrets = secrets;
  }

  /** The session an entry's key belongs to, or undefined for entries of another kind. */
  static sessionOf(key: string): string | undefined {
    return key.startsWith(prefix) ? key.slice(prefix.length) : undefined;
  }

  /** @throws GatewayFailure `stored_secret_unreadable` */
  async read(sessionId: string): Promise<TokenSet | undefined> {
    const key = prefix + sessionId;
    const text = await this.#secrets.get(key);
    return text === undefined ? undefined : parseTokenSet(key, sessionId, text);
  }

  async write(tokens: TokenSet): Promise<void> {
    await this.#secrets.store(prefix + tokens.sessionId, serializeTokenSet(tokens));
  }

  async delete(sessionId: string): Promise<void> {
    await this.#secrets.delete(prefix + sessionId);
  }

  /** The ids of all stored sessions. */
  async list(): Promise<string[]> {
    const keys = await this.#secrets.keys();
    return keys.map(TokenStore.sessionOf).filter((id) => id !== undefined);
  }
}
