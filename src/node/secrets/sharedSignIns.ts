import type { Connection } from "../../connections/connection.ts";
import { ConnectionBook } from "../../connections/connectionBook.ts";
import type { SharedElsewhere } from "../../connections/enterprise/joinCompany.ts";
import { gatewayHost } from "../../connections/signIn/sharingConsent.ts";
import type { SharedSignIn } from "../../connections/signIn/signInSharing.ts";
import { asFailure } from "../../failures/failure.ts";
import type { Log } from "../../lib/log.ts";
import { credentialKey } from "../../oauth/tokens/clientCredential.ts";
import { KeychainTokens } from "../../oauth/tokens/keychainTokens.ts";
import { isMoved, movedTo } from "../../oauth/tokens/movedMark.ts";
import { type MovePlaces, moveBack, moveToKeychain, type SignInPlace } from "../../oauth/tokens/moveSignIn.ts";
import { SecretTokenStore, sessionKey, signInsLock } from "../../oauth/tokens/secretTokenStore.ts";
import { canReuse, type WantedSession } from "../../oauth/tokens/sharedSession.ts";
import { isAlive, type TokenSet } from "../../oauth/tokens/tokenSet.ts";
import type { TokenStore } from "../../oauth/tokens/tokenStore.ts";
import type { EditorKeychain } from "./editorKeychain.ts";
import { connectionRecord, recordKey } from "./machineStorage.ts";

export interface SharedSignInsWorld {
  readonly editor: SignInPlace;
  readonly keychain: EditorKeychain;
  readonly log: Log;
  /** The gateways that this editor knows. */
  readonly connections: () => readonly Connection[];
  /** Whether a sign-in to the gateway at this address may be used by several programs. */
  readonly isSharingAllowed: (url: string) => boolean;
  /** The sign-ins to gateways that this editor knows. */
  readonly sessions: () => Promise<readonly { readonly tokens: TokenSet }[]>;
  /** Revokes tokens that nobody keeps any more. */
  readonly revoke: (tokens: TokenSet) => Promise<void>;
}

/** Whether a sign-in is the one that a connection to the same gateway wants. Another editor registers as another client. */
function serves(tokens: TokenSet, { url, authorization }: Connection, wanted: WantedSession): boolean {
  const isRegistered = authorization.kind === "oauth" && authorization.clientSource === "registered";
  const clientId = isRegistered ? tokens.client.clientId : wanted.clientId;
  return tokens.gatewayHost === gatewayHost(url) && canReuse(tokens, { ...wanted, clientId });
}

/**
 * The sign-ins that this editor shares with the other programs of its person: they are in the keychain, with the records of
 * their gateways, by which the program without an editor finds them.
 */
export class SharedSignIns implements SharedElsewhere {
  /** They as the sign-in owner uses them. */
  readonly tokens: TokenStore;
  readonly #world: SharedSignInsWorld;
  readonly #fresh: MovePlaces;

  constructor(world: SharedSignInsWorld) {
    this.#world = world;
    const { editor, keychain, log } = world;
    this.#fresh = { editor, keychain: keychain.fresh };
    this.tokens = new KeychainTokens(
      { editor, keychain: keychain.seen },
      { log, settling: this.#fresh, onDeleted: (sessionId) => this.#forget(sessionId, this.#using(sessionId)) },
    );
  }

  /** Whether there is a keychain that answers. */
  async isAvailable(): Promise<boolean> {
    return await Promise.resolve(this.#world.keychain.fresh.secrets.keys()).then(
      () => true,
      () => false,
    );
  }

  async isShared(sessionId: string): Promise<boolean> {
    return isMoved(await this.#world.editor.secrets.get(sessionKey(sessionId)));
  }

  /**
   * A sign-in to a gateway that another editor of the person moved to the keychain, where it serves a connection that has none.
   * The keychain is asked only where it has a record of the gateway.
   */
  async offered(connection: Connection, wanted: WantedSession): Promise<SharedSignIn | undefined> {
    const { keychain, log, isSharingAllowed } = this.#world;
    try {
      if (!isSharingAllowed(connection.url) || !(await keychain.isListed(await recordKey(connection.url))))
        return undefined;
      const book = await this.#book(connection.url);
      await book.load();
      const { sessionId } = book.find(connection.id) ?? {};
      const tokens = sessionId === undefined ? undefined : await this.tokens.read(sessionId);
      if (!isAlive(tokens) || !serves(tokens, connection, wanted)) return undefined;
      return (await this.#follow(tokens)) ? { tokens, consent: undefined } : undefined;
    } catch (error) {
      log.warn("the keychain was not asked for a sign-in", { reason: asFailure(error).code });
      return undefined;
    }
  }

  /** Notes that a sign-in is kept in the keychain. @returns whether it is; not where this editor has one of its own */
  #follow({ sessionId }: TokenSet): Promise<boolean> {
    const { secrets, lock } = this.#world.editor;
    const key = sessionKey(sessionId);
    return lock.run(signInsLock, async () => {
      const entry = await secrets.get(key);
      if (entry === undefined) await secrets.store(key, movedTo("keychain"));
      return entry === undefined || isMoved(entry);
    });
  }

  /**
   * Moves a sign-in to the keychain; one by way of a company with all that is obtained from it, since its end is theirs.
   *
   * @throws GatewayFailure as `moveToKeychain` does; what has not moved by then is the editor's as before
   */
  async share(tokens: TokenSet): Promise<void> {
    try {
      for (const one of await this.#together(tokens)) await this.#move(one);
    } finally {
      this.#world.keychain.forget();
    }
  }

  /**
   * Moves what was obtained from a company's sign-in to the keychain, where that is kept there. The editor keeps what the
   * keychain does not take, and what the administrator keeps from other programs.
   */
  async join(tokens: TokenSet): Promise<void> {
    const { keychain, log, isSharingAllowed } = this.#world;
    const identity = tokens.enterprise?.identity;
    if (identity === undefined || !(await this.isShared(identity))) return;
    if (!this.#using(tokens.sessionId).every(({ url }) => isSharingAllowed(url))) return;
    try {
      await this.#move(tokens);
    } catch (error) {
      log.warn("a sign-in stays in the editor, while its company's is in the keychain", {
        reason: asFailure(error).code,
      });
    } finally {
      keychain.forget();
    }
  }

  async #move(tokens: TokenSet): Promise<void> {
    await this.#copyCredential(tokens);
    const { left } = (await moveToKeychain(tokens.sessionId, this.#fresh)) ?? {};
    if (left) await this.#world.revoke(left);
    for (const connection of this.#using(tokens.sessionId)) await this.#record(connection);
  }

  /**
   * Moves a sign-in back to this editor. The other programs are signed out with it.
   *
   * @throws GatewayFailure as `moveBack` does
   */
  async takeBack(tokens: TokenSet): Promise<void> {
    const { keychain } = this.#world;
    try {
      // What is obtained from a company's sign-in must not be in the keychain without it.
      for (const { sessionId } of [...(await this.#together(tokens))].reverse()) {
        await moveBack(sessionId, this.#fresh);
        await this.#forgetNow(sessionId, this.#using(sessionId));
      }
    } finally {
      keychain.forget();
    }
  }

  /** A sign-in with those that move with it, that of the company first. */
  async #together(tokens: TokenSet): Promise<readonly TokenSet[]> {
    const identity = tokens.enterprise?.identity;
    if (identity === undefined) return [tokens];
    const { editor } = this.#world;
    const company = await new SecretTokenStore(editor.secrets, editor.lock, {
      elsewhere: async () => this.tokens,
    }).read(identity);
    const all = (await this.#world.sessions()).map((one) => one.tokens);
    const obtained = all.filter(({ enterprise }) => enterprise?.identity === identity);
    return [...(company ? [company] : []), ...(obtained.length > 0 ? obtained : [tokens])];
  }

  #using(sessionId: string): readonly Connection[] {
    return this.#world.connections().filter((one) => one.sessionId === sessionId);
  }

  /** A client's secret that a person typed goes along, since no renewal can be without it. */
  async #copyCredential({ client: { credential } }: TokenSet): Promise<void> {
    if (credential?.kind !== "secretStorage") return;
    const typed = await this.#world.editor.secrets.get(credential.key);
    if (typed !== undefined) await this.#world.keychain.fresh.secrets.store(credential.key, typed);
  }

  async #book(url: string): Promise<ConnectionBook> {
    const { secrets, lock } = this.#world.keychain.fresh;
    return new ConnectionBook(connectionRecord(secrets, await recordKey(url)), lock, () => {});
  }

  async #record({ isDirect: _, serverName: __, ...connection }: Connection): Promise<void> {
    await (await this.#book(connection.url)).add(connection);
  }

  #forget(sessionId: string, connections: readonly Connection[]): void {
    // Not waited for: whoever signs out holds locks that others take in another order.
    void this.#forgetNow(sessionId, connections).catch(() =>
      this.#world.log.warn("the record of a gateway was not taken out of the keychain"),
    );
  }

  async #forgetNow(sessionId: string, ended: readonly Connection[]): Promise<void> {
    for (const { id, url, authorization } of ended) {
      const book = await this.#book(url);
      await book.change(async ({ connections }) => ({
        connections: connections.filter((one) => one.id !== id || one.sessionId !== sessionId),
        result: undefined,
      }));
      if (authorization.kind !== "oauth") continue;
      const key = await credentialKey(authorization.server.issuer, authorization.clientId);
      const isTyped = (await this.#world.editor.secrets.get(key)) !== undefined;
      if (isTyped && !(await this.#isNeeded(key, sessionId))) await this.#world.keychain.fresh.secrets.delete(key);
    }
  }

  /** Whether another sign-in in the keychain is renewed with a client's secret. */
  async #isNeeded(key: string, sessionId: string): Promise<boolean> {
    for (const { authorization, sessionId: other } of this.#world.connections()) {
      if (authorization.kind !== "oauth" || other === undefined || other === sessionId) continue;
      if ((await credentialKey(authorization.server.issuer, authorization.clientId)) !== key) continue;
      if (await this.isShared(other)) return true;
    }
    return false;
  }
}
