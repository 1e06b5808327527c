import { type AnyFailure, asFailure, GatewayFailure } from "../failures/failure.ts";
import type { CrossProcessLock } from "../lib/crossProcessLock.ts";
import type { Log } from "../lib/log.ts";
import type { Fetch } from "../oauth/discovery/networkFailure.ts";
import { forgetRegistration } from "../oauth/signIn/client.ts";
import { credentialKey } from "../oauth/tokens/clientCredential.ts";
import { logoutPage } from "../oauth/tokens/logoutPage.ts";
import { type RevocationReport, revokeTokens } from "../oauth/tokens/revocation.ts";
import { canReuse } from "../oauth/tokens/sharedSession.ts";
import type { SharingGateways } from "../oauth/tokens/signOutText.ts";
import { TokenManager } from "../oauth/tokens/tokenManager.ts";
import type { BearerToken, TokenSet } from "../oauth/tokens/tokenSet.ts";
import { TokenStore } from "../oauth/tokens/tokenStore.ts";
import type { GatewayAccess, SignInEnding } from "../relay/gatewayAccess.ts";
import type { Connection } from "./connection.ts";
import { connectionAccess, type SignInPrompt } from "./connectionAccess.ts";
import { ConnectionBook, type ConnectionFile, withoutResource } from "./connectionBook.ts";
import { type GatewayRelay, GatewayRelays } from "./gatewayRelays.ts";
import { type ResolvedConnection, resolveConnection, resolveReadable } from "./resolvedConnection.ts";
import {
  prepareSignIn,
  type SignInOverrides,
  type SignInToConnectionWorld,
  signInToConnection,
} from "./signInToConnection.ts";

/** What a sign-in needs besides the ports that all sign-ins share. */
export type SignInContext = Pick<SignInToConnectionWorld, "signal" | "onPasteReady" | "device">;

export interface GatewaysWorld extends Omit<SignInToConnectionWorld, keyof SignInContext> {
  readonly fetch: Fetch;
  readonly now: () => number;
  readonly log: Log;
  readonly lock: CrossProcessLock;
  readonly file: ConnectionFile;
  readonly createRelay: (connection: Connection, access: GatewayAccess) => Promise<GatewayRelay>;
  readonly prompt: (prompt: SignInPrompt) => Promise<SignInEnding>;
  /** Called when what a person sees may have changed. */
  readonly onChanged: () => void;
}

/** What became of the sign-in of one gateway. */
export interface SignOutReport {
  readonly connection: Connection;
  /** Undefined when nobody was signed in, or when the sign-in goes on for another gateway. */
  readonly revocation?: RevocationReport;
  /** The other gateways that use the same sign-in, and whether it has ended for them too. */
  readonly sharing?: SharingGateways;
}

export type SignInResult = { readonly kind: "signedIn"; readonly tokens: TokenSet } | { readonly kind: "cancelled" };

/** Where a gateway stands with its person. */
export type GatewayState =
  | { readonly kind: "open" }
  | { readonly kind: "signedOut" }
  | { readonly kind: "signingIn" }
  | { readonly kind: "signedIn"; readonly tokens: TokenSet }
  | { readonly kind: "attention"; readonly failure: AnyFailure };

function namesOf(
  { id }: Connection,
  sharing: readonly Connection[],
  ended: boolean,
): Pick<SignOutReport, "sharing"> | undefined {
  const names = sharing.filter((other) => other.id !== id).map(({ name }) => name);
  return names.length > 0 ? { sharing: { names, ended } } : undefined;
}

const isConfigured = ({ authorization }: Connection): boolean =>
  authorization.kind === "oauth" && authorization.clientSource === "configured";

/** All gateways of this window: who is signed in to them, and the relays that lead to them. */
export class Gateways {
  readonly book: ConnectionBook;
  readonly tokens: TokenManager;
  readonly store: TokenStore;
  readonly #world: GatewaysWorld;
  readonly #drafts = new Map<string, Connection>();
  readonly #relays: GatewayRelays;
  readonly #signingIn = new Set<string>();
  readonly #signIns = new Set<Promise<unknown>>();
  readonly #failures = new Map<string, AnyFailure>();

  constructor(world: GatewaysWorld) {
    this.#world = world;
    this.#relays = new GatewayRelays(world.log);
    this.book = new ConnectionBook(world.file, world.lock, () => world.onChanged());
    this.store = new TokenStore(world.secrets);
    this.tokens = new TokenManager(this.store, {
      fetch: world.fetch,
      now: world.now,
      lock: world.lock,
      log: world.log,
      ...(world.readCredential && { readCredential: world.readCredential }),
      onRenewed: () => world.onChanged(),
      onEnded: () => world.onChanged(),
    });
  }

  /** A connection, also while it is being made. */
  find(id: string): Connection | undefined {
    return this.#drafts.get(id) ?? this.book.find(id);
  }

  /** The connections that use a session. */
  using(sessionId: string): readonly Connection[] {
    return [...this.#drafts.values(), ...this.book.all].filter((connection) => connection.sessionId === sessionId);
  }

  async state(connection: Connection): Promise<GatewayState> {
    if (this.#signingIn.has(connection.id)) return { kind: "signingIn" };
    const failure = this.#failures.get(connection.id);
    if (failure) return { kind: "attention", failure };
    if (connection.authorization.kind === "none") return { kind: "open" };
    if (connection.sessionId === undefined) return { kind: "signedOut" };
    try {
      const tokens = await this.store.read(connection.sessionId);
      return tokens ? { kind: "signedIn", tokens } : { kind: "signedOut" };
    } catch (error) {
      return { kind: "attention", failure: asFailure(error) };
    }
  }

  /** The relay of a connection, made when first asked for; undefined for one that was removed. */
  relay(id: string): Promise<GatewayRelay> | undefined {
    const connection = this.find(id);
    if (!connection) return undefined;
    return this.#relays.get(id, () => {
      const onVerdict = ({ id: of }: Connection, refusal: AnyFailure | undefined) => this.#verdict(of, refusal);
      const sent = (of: Connection) => this.bearerToken(of);
      const access = connectionAccess(() => this.find(id), { ...this.#world, tokens: this.tokens, sent, onVerdict });
      return this.#world.createRelay(connection, access);
    });
  }

  /**
   * A connection as its settings are now; undefined for one that asks nobody to sign in.
   *
   * @throws GatewayFailure `setting_invalid`
   */
  resolved(connection: Connection): ResolvedConnection | undefined {
    return resolveConnection(connection, this.#world);
  }

  /** The same, with the settings that cannot be read counted as absent. */
  readable(connection: Connection): ResolvedConnection | undefined {
    return resolveReadable(connection, this.#world);
  }

  /**
   * Which token a gateway takes.
   *
   * @throws GatewayFailure `setting_invalid`
   */
  bearerToken(connection: Connection): BearerToken {
    return this.resolved(connection)?.bearerToken ?? "access";
  }

  /** The page that ends the session in the browser too. */
  logoutPage(connection: Connection): string | undefined {
    const resolved = this.readable(connection);
    return resolved && logoutPage(resolved);
  }

  /**
   * Keeps a connection that is being made, so that its sign-in finds it.
   *
   * @throws GatewayFailure `already_connecting`
   */
  draft(connection: Connection): void {
    const { id, url } = connection;
    if (this.#drafts.has(id)) throw new GatewayFailure("already_connecting", { url });
    this.#drafts.set(id, connection);
  }

  /** Turns a draft into a connection under its final name. */
  async keep(id: string, name: string): Promise<Connection> {
    const draft = this.#drafts.get(id);
    if (!draft) throw new GatewayFailure("unexpected", { reason: "the connection was given up meanwhile" });
    const connection = { ...draft, name };
    await this.book.add(connection);
    this.#drafts.delete(id);
    // Its relay carries the name it had before.
    await this.#relays.close(id);
    this.#world.onChanged();
    return connection;
  }

  /** Gives a draft up: nothing of it stays behind, at the provider neither, but a session that others use. */
  async discard(id: string): Promise<void> {
    const draft = this.#drafts.get(id);
    if (!draft) return;
    await this.#relays.close(id);
    this.#drafts.delete(id);
    const shared = draft.sessionId !== undefined && this.using(draft.sessionId).length > 0;
    if (!shared) await this.#endSession(draft);
    // A registration stays, since every further try would otherwise leave another client at the provider. A sign-in that
    // is still on its way needs the secret to give its tokens back.
    if (isConfigured(draft) && !this.#signingIn.has(id)) await this.#forgetClient(draft);
    this.#failures.delete(id);
    this.#world.onChanged();
  }

  /**
   * Sign-ins in use that would serve a connection too, one of each person: of the same issuer and client, with its scopes,
   * and not bound to another gateway's address.
   *
   * @throws GatewayFailure `setting_invalid`
   */
  async accountsFor(connection: Connection): Promise<readonly TokenSet[]> {
    const wanted = this.resolved(connection)?.wanted;
    if (!wanted) return [];
    const ids = (await this.store.list()).filter((id) => this.using(id).length > 0);
    const all = await Promise.all(ids.map((id) => this.store.read(id).catch(() => undefined)));
    const serving = all.filter((tokens) => tokens !== undefined).filter((tokens) => canReuse(tokens, wanted));
    // One of each person: the one that is in use here, if it is among them.
    const own = serving.filter(({ sessionId }) => sessionId === connection.sessionId);
    return [...new Map([...serving, ...own].map((tokens) => [tokens.account.id, tokens])).values()];
  }

  /** Lets a connection use a sign-in that is there already. */
  async useAccount(connection: Connection, { sessionId, account }: TokenSet): Promise<void> {
    this.#failures.delete(connection.id);
    await this.#useSession(connection, sessionId);
    this.#relays.signedIn(connection.id, account.id);
    this.#world.onChanged();
  }

  /**
   * Signs in to a connection and keeps the tokens. A sign-in of another gateway that serves this one too takes the place
   * of a new one, unless several do.
   *
   * @throws GatewayFailure of `prepareSignIn` and `signInToConnection`
   */
  signIn(id: string, extra: SignInOverrides, one: SignInContext): Promise<SignInResult> {
    const signIn = this.#signIn(id, extra, one);
    this.#signIns.add(signIn);
    const forget = () => this.#signIns.delete(signIn);
    signIn.then(forget, forget);
    return signIn;
  }

  /** Waits for the sign-ins under way, for whoever cancelled them: what they still bring is given back. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#signIns);
  }

  async #signIn(id: string, extra: SignInOverrides, one: SignInContext): Promise<SignInResult> {
    const connection = this.find(id);
    if (!connection) return { kind: "cancelled" };
    this.#signingIn.add(id);
    this.#failures.delete(id);
    this.#world.onChanged();
    try {
      const wantsAnother = extra.chooseAccount || extra.scopes.length > 0 || extra.flow !== undefined;
      const shared = wantsAnother ? undefined : await this.sharedAccount(connection);
      if (shared) {
        await this.useAccount(connection, shared);
        return { kind: "signedIn", tokens: shared };
      }
      const world = { ...this.#world, ...one };
      const prepared = await prepareSignIn(connection, extra, world);
      if (!prepared) return { kind: "cancelled" };
      const outcome = await signInToConnection(prepared, world);
      if (outcome.kind === "cancelled") return outcome;
      const { tokens, resourceRefused } = outcome;
      if (!this.find(id) || one.signal.aborted) {
        // Removed or given up meanwhile: nothing would ever sign these out.
        await revokeTokens(tokens, this.#world);
        return { kind: "cancelled" };
      }
      if (resourceRefused) await this.#forgetResource(id);
      await this.store.write(tokens);
      await this.#useSession(connection, tokens.sessionId);
      this.#relays.signedIn(id, tokens.account.id);
      return { kind: "signedIn", tokens };
    } catch (error) {
      const failure = asFailure(error);
      // Somebody who may go on as before, after more was refused, needs no attention.
      if ((await this.#usable(connection)) === undefined) this.#failures.set(id, failure);
      this.#world.log.error("sign-in failed", { gateway: connection.name, code: failure.code });
      throw failure;
    } finally {
      this.#signingIn.delete(id);
      if (!this.find(id) && isConfigured(connection)) await this.#forgetClient(connection);
      this.#world.onChanged();
    }
  }

  /**
   * The one sign-in that serves a connection which has none; a choice among several is the person's.
   *
   * @throws GatewayFailure `setting_invalid`
   */
  async sharedAccount(connection: Connection): Promise<TokenSet | undefined> {
    if (connection.sessionId !== undefined) return undefined;
    const [only, ...others] = await this.accountsFor(connection);
    if (!only || others.length > 0) return undefined;
    return await this.tokens.current(only.sessionId, this.bearerToken(connection)).catch(() => undefined);
  }

  /**
   * Signs out: ends the gateway's sessions while a token is still there, forgets the tokens, then revokes them.
   *
   * They are forgotten before the provider is asked, so that nothing depends on its answer.
   */
  async signOut(connection: Connection): Promise<SignOutReport> {
    const sharing = this.#sharing(connection);
    for (const { id } of sharing) {
      this.#failures.delete(id);
      await this.#relays.reset(id);
    }
    const revocation = await this.#endSession(connection);
    this.#world.onChanged();
    return { connection, ...(revocation && { revocation }), ...namesOf(connection, sharing, true) };
  }

  /** Signs out and forgets the connection. A sign-in that another gateway uses goes on for that one. */
  async remove(connection: Connection): Promise<SignOutReport> {
    const sharing = namesOf(connection, this.#sharing(connection), false);
    const report = sharing ? { connection, ...sharing } : await this.signOut(connection);
    await this.#relays.close(connection.id);
    await this.book.remove(connection.id);
    await this.#forgetClient(connection);
    return report;
  }

  async close(): Promise<void> {
    await this.#relays.closeAll();
  }

  /** A connection and those that use the same session, which end with it. */
  #sharing(connection: Connection): readonly Connection[] {
    const { sessionId } = this.find(connection.id) ?? connection;
    return sessionId === undefined ? [connection] : this.using(sessionId);
  }

  /** A gateway that refuses what it is sent needs attention until it takes it. */
  #verdict(id: string, refusal: AnyFailure | undefined): void {
    const known = this.#failures.get(id);
    if (known?.code === refusal?.code || !this.find(id)) return;
    if (refusal) this.#failures.set(id, refusal);
    else this.#failures.delete(id);
    this.#world.onChanged();
  }

  async #usable({ id }: Connection): Promise<TokenSet | undefined> {
    const sessionId = this.find(id)?.sessionId;
    return sessionId === undefined ? undefined : this.store.read(sessionId).catch(() => undefined);
  }

  async #useSession(connection: Connection, sessionId: string): Promise<void> {
    const before = connection.sessionId;
    await this.#setSession(connection.id, sessionId);
    if (before === undefined || before === sessionId || this.using(before).length > 0) return;
    // Somebody else has signed in here; the session nobody uses any more would be forgotten but valid.
    await this.#revoke(before, this.readable(connection)?.bearerToken);
  }

  async #endSession(connection: Connection): Promise<RevocationReport | undefined> {
    const { sessionId } = this.find(connection.id) ?? connection;
    if (sessionId === undefined) return undefined;
    for (const user of this.using(sessionId)) await this.#setSession(user.id, undefined);
    return this.#revoke(sessionId, this.readable(connection)?.bearerToken);
  }

  async #revoke(sessionId: string, sent: BearerToken = "access"): Promise<RevocationReport | undefined> {
    let tokens: TokenSet | undefined;
    try {
      tokens = await this.store.read(sessionId);
    } catch (error) {
      this.#world.log.warn("a stored sign-in could not be revoked", { code: asFailure(error).code });
    }
    await this.store.delete(sessionId);
    if (!tokens) return undefined;
    const report = await revokeTokens(tokens, this.#world, sent);
    this.#world.log.info("signed out", {
      issuer: report.issuer,
      steps: report.steps.map(({ token, kind }) => `${token}: ${kind}`),
    });
    return report;
  }

  async #forgetResource(id: string): Promise<void> {
    const draft = this.#drafts.get(id);
    if (!draft) return this.book.forgetResource(id);
    this.#drafts.set(id, withoutResource(draft));
  }

  async #setSession(id: string, sessionId: string | undefined): Promise<void> {
    const draft = this.#drafts.get(id);
    if (!draft) return this.book.setSession(id, sessionId);
    const { sessionId: _, ...rest } = draft;
    this.#drafts.set(id, sessionId === undefined ? rest : { ...rest, sessionId });
  }

  /** What is kept of a client, its registration or what a person typed for it, goes with the last gateway that uses it. */
  async #forgetClient({ authorization }: Connection): Promise<void> {
    if (authorization.kind === "none") return;
    const { server, clientId, clientSource } = authorization;
    const sameClient = ({ authorization: other }: Connection) =>
      other.kind === "oauth" && other.clientId === clientId && other.server.issuer === server.issuer;
    if ([...this.#drafts.values(), ...this.book.all].some(sameClient)) return;
    if (clientSource === "registered") await forgetRegistration(server.issuer, this.#world.secrets);
    else await this.#world.secrets.delete(await credentialKey(server.issuer, clientId));
  }
}
