import type { Fetch } from "../discovery/networkFailure.ts";
import { type AnyFailure, asFailure, GatewayFailure } from "../failure.ts";
import type { Log } from "../log.ts";
import type { Catalogue, Listed } from "../relay/catalogue.ts";
import { connectionAccess, type SignInPrompt } from "../relay/connectionAccess.ts";
import type { GatewayAccess, SignInEnding } from "../relay/gatewayAccess.ts";
import type { MessageStream } from "../relay/pipeToRelay.ts";
import { type SignInToConnectionWorld, signInToConnection } from "../signIn/signInToConnection.ts";
import { type RevocationReport, revokeTokens } from "../tokens/revocation.ts";
import { type CrossWindowLock, TokenManager } from "../tokens/tokenManager.ts";
import type { TokenSet } from "../tokens/tokenSet.ts";
import { TokenStore } from "../tokens/tokenStore.ts";
import type { Connection } from "./connection.ts";
import { ConnectionBook, type ConnectionFile } from "./connectionBook.ts";

/** A relay as the rest of the program uses it; the MCP SDK behind it is loaded with the first one. */
export interface GatewayRelay {
  handle(request: Request): Promise<Response>;
  pipe(host: MessageStream): Promise<void>;
  listTools(signal?: AbortSignal): Promise<readonly Listed[]>;
  callTool(
    name: string,
    args: Record<string, unknown>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<Record<string, unknown>>;
  catalogue(): Catalogue | undefined;
  signedIn(subject?: string): Promise<void>;
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** What a sign-in needs besides the ports that all sign-ins share. */
export type OneSignIn = Pick<SignInToConnectionWorld, "signal" | "onPasteReady">;

export interface GatewaysWorld extends Omit<SignInToConnectionWorld, keyof OneSignIn> {
  readonly fetch: Fetch;
  readonly now: () => number;
  readonly log: Log;
  readonly lock: CrossWindowLock;
  readonly file: ConnectionFile;
  /** Which token gateways take; the access token by default. */
  readonly bearer?: (tokens: TokenSet) => string;
  readonly createRelay: (connection: Connection, access: GatewayAccess) => Promise<GatewayRelay>;
  readonly prompt: (prompt: SignInPrompt) => Promise<SignInEnding>;
  /** Called when what a person sees may have changed. */
  readonly onChanged: () => void;
}

/** What became of the sign-in of one gateway. */
export interface SignOutReport {
  readonly connection: Connection;
  /** Undefined when nobody was signed in. */
  readonly revocation?: RevocationReport;
}

/** Where a gateway stands with its person. */
export type GatewayState =
  | { readonly kind: "open" }
  | { readonly kind: "signedOut" }
  | { readonly kind: "signingIn" }
  | { readonly kind: "signedIn"; readonly tokens: TokenSet }
  | { readonly kind: "attention"; readonly failure: AnyFailure };

/** All gateways of this window: who is signed in to them, and the relays that lead to them. */
export class Gateways {
  readonly book: ConnectionBook;
  readonly tokens: TokenManager;
  readonly store: TokenStore;
  readonly #world: GatewaysWorld;
  readonly #drafts = new Map<string, Connection>();
  readonly #relays = new Map<string, Promise<GatewayRelay>>();
  readonly #signingIn = new Set<string>();
  readonly #failures = new Map<string, AnyFailure>();

  constructor(world: GatewaysWorld) {
    this.#world = world;
    this.book = new ConnectionBook(world.file, world.lock, () => world.onChanged());
    this.store = new TokenStore(world.secrets);
    this.tokens = new TokenManager(this.store, {
      fetch: world.fetch,
      now: world.now,
      lock: world.lock,
      log: world.log,
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
    const known = this.#relays.get(id);
    if (known) return known;
    const access = connectionAccess(() => this.find(id), { ...this.#world, tokens: this.tokens });
    const relay = this.#world.createRelay(connection, access);
    this.#relays.set(id, relay);
    relay.catch(() => this.#relays.delete(id));
    return relay;
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
    await this.#closeRelay(id);
    this.#world.onChanged();
    return connection;
  }

  /** Gives a draft up: nothing of it stays behind, at the provider neither, but a session that others use. */
  async discard(id: string): Promise<void> {
    const draft = this.#drafts.get(id);
    if (!draft) return;
    await this.#closeRelay(id);
    this.#drafts.delete(id);
    const shared = draft.sessionId !== undefined && this.using(draft.sessionId).length > 0;
    if (!shared) await this.#endSession(draft);
    this.#failures.delete(id);
    this.#world.onChanged();
  }

  /**
   * Signs a person in to a connection and keeps the tokens.
   *
   * @throws GatewayFailure of `signInToConnection`
   */
  async signIn(
    id: string,
    extra: { readonly scopes: readonly string[]; readonly chooseAccount: boolean },
    one: OneSignIn,
  ): Promise<{ readonly kind: "signedIn"; readonly tokens: TokenSet } | { readonly kind: "cancelled" }> {
    const connection = this.find(id);
    if (!connection) return { kind: "cancelled" };
    this.#signingIn.add(id);
    this.#failures.delete(id);
    this.#world.onChanged();
    try {
      const outcome = await signInToConnection(connection, extra, { ...this.#world, ...one });
      if (outcome.kind === "cancelled") return outcome;
      const { tokens } = outcome;
      if (!this.find(id)) {
        // Removed or given up meanwhile: nothing would ever sign these out.
        await revokeTokens(tokens, this.#world);
        return { kind: "cancelled" };
      }
      await this.store.write(tokens);
      await this.#useSession(connection, tokens.sessionId);
      void this.#relays.get(id)?.then((relay) => relay.signedIn(tokens.account.id));
      return { kind: "signedIn", tokens };
    } catch (error) {
      const failure = asFailure(error);
      // Somebody who may go on as before, after more was refused, needs no attention.
      if ((await this.#usable(connection)) === undefined) this.#failures.set(id, failure);
      this.#world.log.error("sign-in failed", { gateway: connection.name, code: failure.code });
      throw failure;
    } finally {
      this.#signingIn.delete(id);
      this.#world.onChanged();
    }
  }

  /**
   * Signs out: ends the gateway's sessions while a token is still there, forgets the tokens, then revokes them.
   *
   * They are forgotten before the provider is asked, so that nothing depends on its answer.
   */
  async signOut(connection: Connection): Promise<SignOutReport> {
    for (const { id } of this.#sharing(connection)) {
      this.#failures.delete(id);
      await this.#quietly(this.#relays.get(id)?.then((relay) => relay.reset()));
    }
    const revocation = await this.#endSession(connection);
    this.#world.onChanged();
    return { connection, ...(revocation && { revocation }) };
  }

  /** Signs out and forgets the connection. */
  async remove(connection: Connection): Promise<SignOutReport> {
    const report = await this.signOut(connection);
    await this.#closeRelay(connection.id);
    await this.book.remove(connection.id);
    return report;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#relays.keys()].map((id) => this.#closeRelay(id)));
  }

  /** A connection and those that use the same session, which end with it. */
  #sharing(connection: Connection): readonly Connection[] {
    const { sessionId } = this.find(connection.id) ?? connection;
    return sessionId === undefined ? [connection] : this.using(sessionId);
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
    await this.#revoke(before);
  }

  async #endSession(connection: Connection): Promise<RevocationReport | undefined> {
    const { sessionId } = this.find(connection.id) ?? connection;
    if (sessionId === undefined) return undefined;
    for (const user of this.using(sessionId)) await this.#setSession(user.id, undefined);
    return this.#revoke(sessionId);
  }

  async #revoke(sessionId: string): Promise<RevocationReport | undefined> {
    let tokens: TokenSet | undefined;
    try {
      tokens = await this.store.read(sessionId);
    } catch (error) {
      this.#world.log.warn("a stored sign-in could not be revoked", { code: asFailure(error).code });
    }
    await this.store.delete(sessionId);
    if (!tokens) return undefined;
    const report = await revokeTokens(tokens, this.#world);
    this.#world.log.info("signed out", {
      issuer: report.issuer,
      steps: report.steps.map(({ token, kind }) => `${token}: ${kind}`),
    });
    return report;
  }

  async #setSession(id: string, sessionId: string | undefined): Promise<void> {
    const draft = this.#drafts.get(id);
    if (!draft) return this.book.setSession(id, sessionId);
    const { sessionId: _, ...rest } = draft;
    this.#drafts.set(id, sessionId === undefined ? rest : { ...rest, sessionId });
  }

  async #closeRelay(id: string): Promise<void> {
    const relay = this.#relays.get(id);
    this.#relays.delete(id);
    await this.#quietly(relay?.then((opened) => opened.close()));
  }

  /** What ends anyway: its failure is worth a line and nothing more, and it may not hold anything up. */
  async #quietly(act: Promise<unknown> | undefined): Promise<void> {
    if (!act) return;
    const patience = new Promise<void>((resolve) => setTimeout(resolve, 3_000));
    await Promise.race([act, patience]).catch((error) =>
      this.#world.log.debug("a relay did not end cleanly", { code: asFailure(error).code }),
    );
  }
}
