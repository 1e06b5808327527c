import { GatewayFailure } from "../../failures/failure.ts";
import type { CrossProcessLock } from "../../lib/crossProcessLock.ts";
import { deleteSecret } from "./deleteSecret.ts";
import type { SecretStore } from "./secretStore.ts";
import { parseTokenSet, serializeTokenSet, type TokenSet, tokenSetVersion, versionOf } from "./tokenSet.ts";
import type { TokenStore } from "./tokenStore.ts";

const prefix = "session:";

/** The sign-in that an entry of the secret store holds, by its key; undefined for entries of another kind. */
export const sessionOfKey = (key: string): string | undefined =>
  key.startsWith(prefix) ? key.slice(prefix.length) : undefined;

/** Sign-ins in a secret store, one entry each, so that two windows never overwrite each other's. */
export class SecretTokenStore implements TokenStore {
  readonly version = tokenSetVersion;
  readonly #secrets: SecretStore;
  readonly #lock: CrossProcessLock;
  /** What was read last under each key, and the text that it was read from; whoever reads meanwhile waits for it too. */
  readonly #parsed = new Map<string, { readonly text: string; readonly tokens: Promise<TokenSet> }>();

  constructor(secrets: SecretStore, lock: CrossProcessLock) {
    this.#secrets = secrets;
    this.#lock = lock;
  }

  async read(sessionId: string): Promise<TokenSet | undefined> {
    const key = prefix + sessionId;
    const text = await this.#secrets.get(key);
    const parsed = this.#parsed.get(key);
    // Every call to a gateway begins here, and checking the stamp takes a hash.
    if (parsed !== undefined && parsed.text === text) return await parsed.tokens;
    this.#parsed.delete(key);
    if (text === undefined) return undefined;
    const tokens = parseTokenSet(key, sessionId, text);
    this.#parsed.set(key, { text, tokens });
    return await tokens;
  }

  async write(tokens: TokenSet): Promise<void> {
    const key = prefix + tokens.sessionId;
    const before = await this.#secrets.get(key);
    // A sign-in replaces what is damaged; what a newer version wrote is not ours to judge.
    if ((versionOf(before) ?? 0) > this.version) throw new GatewayFailure("stored_by_newer_version", { key });
    await this.#secrets.store(key, serializeTokenSet(tokens));
  }

  async delete(sessionId: string): Promise<void> {
    await deleteSecret(this.#secrets, prefix + sessionId);
  }

  async list(): Promise<readonly string[]> {
    const keys = await this.#secrets.keys();
    return keys.map(sessionOfKey).filter((id) => id !== undefined);
  }

  exclusively<T>(act: () => Promise<T>): Promise<T> {
    return this.#lock.run("sign-ins", act);
  }
}
