import { isFailure } from "../../failures/failure.ts";
import { partLoaded } from "../../failures/partLoaded.ts";
import type { CrossProcessLock } from "../../lib/crossProcessLock.ts";
import type { Log } from "../../lib/log.ts";
import { loadRevocation, signInBundle } from "../../oauth/tokens/lazyRequests.ts";
import { allReadable, readableTokens, type TakenTokens, takeTokens } from "../../oauth/tokens/readableTokens.ts";
import type { RevocationWorld } from "../../oauth/tokens/revocation.ts";
import { type EndedCompany, metUnknownClient, type RevocationReport } from "../../oauth/tokens/revocationReport.ts";
import type { WantedSession } from "../../oauth/tokens/sharedSession.ts";
import { TokenManager } from "../../oauth/tokens/tokenManager.ts";
import { type BearerToken, isAlive, type TokenSet } from "../../oauth/tokens/tokenSet.ts";
import type { TokenStore } from "../../oauth/tokens/tokenStore.ts";
import type { Connection } from "../connection.ts";
import type { CompanySignIns } from "../enterprise/companySignIns.ts";
import { withAuthorizationOf, withClient } from "../keptConnection.ts";
import { type KnownConnections, withoutSignIn } from "../knownConnections.ts";
import { signedOut } from "../signOut/signedOut.ts";
import { type GivenConsent, gatewayHost, isSameConsent } from "./sharingConsent.ts";
import { type SharedSignIn, SignInSharing } from "./signInSharing.ts";

export interface SignInsWorld extends RevocationWorld {
  readonly store: TokenStore;
  readonly lock: CrossProcessLock;
  readonly log: Log;
  /** Which of its tokens a connection's gateway gets. @throws GatewayFailure `setting_invalid` */
  readonly bearerOf: (connection: Connection) => BearerToken;
  /** Whether tokens are of the kind that the connection's gateway takes; others count as none. */
  readonly fits: (connection: Connection, tokens: TokenSet) => boolean;
  /** Forgets the client of these tokens, which their provider does not know any more, where we registered it. */
  readonly onUnknownClient: (tokens: TokenSet) => Promise<void>;
  /** Called when a sign-in was renewed, or has ended by itself. */
  readonly onChanged: () => void;
}

/** A sign-in on its way, as it was when it began. */
export interface BegunSignIn {
  readonly connection: Connection;
  readonly wasSignedIn: boolean;
  readonly mark: string | undefined;
}

export interface EndedSignIn {
  /** The connections it has ended for. */
  readonly connections: readonly Connection[];
  /** Absent where nobody was signed in. */
  readonly revocation?: RevocationReport;
  /** What became of the sign-in at the company's identity provider; absent where it was made without one. */
  readonly company?: EndedCompany;
}

/**
 * Every sign-in of this person: it alone keeps tokens, renews, replaces, ends and revokes them, and hands them to no
 * connection but those that may use them. Nobody else reads the store.
 */
export class SignIns {
  readonly #connections: KnownConnections;
  readonly #world: SignInsWorld;
  readonly #sharing: SignInSharing;
  readonly #manager: TokenManager;
  #company: CompanySignIns | undefined;

  constructor(connections: KnownConnections, world: SignInsWorld) {
    this.#connections = connections;
    this.#world = world;
    this.#sharing = new SignInSharing(connections, world);
    const { onChanged } = world;
    this.#manager = new TokenManager(world.store, { ...world, onRenewed: onChanged, onEnded: onChanged });
  }

  /**
   * The tokens of a connection as they are kept, renewed or not.
   *
   * @returns undefined where nobody is signed in, or in a way that the person has not agreed to
   * @throws GatewayFailure `stored_secret_unreadable`, `stored_by_newer_version`
   */
  async stored(connection: Connection): Promise<TokenSet | undefined> {
    const { sessionId } = connection;
    const tokens = sessionId === undefined ? undefined : await this.#world.store.read(sessionId);
    return this.#sharing.allowed(connection, isAlive(tokens) ? tokens : undefined);
  }

  /**
   * The tokens to send now, renewed where it is time.
   *
   * @returns undefined when only a sign-in can help
   * @throws GatewayFailure of `TokenManager.current`
   */
  async current(connection: Connection): Promise<TokenSet | undefined> {
    const { sessionId } = connection;
    if (sessionId === undefined) return undefined;
    return this.#sharing.allowed(connection, await this.#manager.current(sessionId, this.#world.bearerOf(connection)));
  }

  /**
   * Tokens in the place of one that the gateway refused.
   *
   * @returns undefined when only a sign-in can help
   * @throws GatewayFailure of `TokenManager.replace`
   */
  async replace(connection: Connection, refused: string): Promise<TokenSet | undefined> {
    const { sessionId } = connection;
    if (sessionId === undefined) return undefined;
    const bearer = this.#world.bearerOf(connection);
    return this.#sharing.allowed(connection, await this.#manager.replace(sessionId, refused, bearer));
  }

  /** The sign-ins at companies' identity providers, from which tokens of gateways are obtained. @throws GatewayFailure `part_not_loaded` */
  async company(): Promise<CompanySignIns> {
    const { CompanySignIns } = await partLoaded(import("../enterprise/companySignIns.ts"), signInBundle);
    const { store, log } = this.#world;
    const parts = { store, log, manager: this.#manager, revoke: (taken: TakenTokens) => this.#revoke(taken) };
    this.#company ??= new CompanySignIns(parts);
    return this.#company;
  }

  /** Every stored sign-in to gateways that can be read, with the connections that may use it. */
  async all(): Promise<readonly { readonly tokens: TokenSet; readonly connections: readonly Connection[] }[]> {
    const { store, log } = this.#world;
    return (await allReadable(store, log)).flatMap((tokens) => {
      if (!isAlive(tokens) || tokens.isIdentity) return [];
      const users = this.#connections.using(tokens.sessionId);
      return [{ tokens, connections: users.filter((user) => this.#sharing.allowed(user, tokens) !== undefined) }];
    });
  }

  /** The sign-ins in use that would serve a connection, one of each person. */
  async serving(connection: Connection, wanted: WantedSession): Promise<readonly SharedSignIn[]> {
    const all = await this.all();
    const inUse = all.flatMap(({ tokens, connections }) => (connections.length > 0 ? [tokens] : []));
    return this.#sharing.serving(inUse, connection, wanted);
  }

  /** The one sign-in that would serve a connection, renewed where it is time; a choice among several is the person's. */
  async offered(connection: Connection, wanted: WantedSession): Promise<SharedSignIn | undefined> {
    const [only, ...others] = await this.serving(connection, wanted);
    if (!only || others.length > 0) return undefined;
    const tokens = await this.#manager.current(only.tokens.sessionId, wanted.bearerToken).catch(() => undefined);
    return tokens && this.#sharing.offer(connection, tokens);
  }

  /**
   * Notes what a sign-in begins with, so that a sign-out while it is on its way is not undone by it.
   *
   * @throws GatewayFailure `stored_by_newer_version`: nobody is sent to a browser for what could not be kept
   */
  begin(connection: Connection): Promise<BegunSignIn> {
    return this.#connections.change(connection.id, async ({ now, mark }) => {
      const { sessionId } = now ?? {};
      if (sessionId !== undefined) {
        await this.#world.store.read(sessionId).catch((error: unknown) => {
          if (isFailure(error, "stored_by_newer_version")) throw error;
        });
      }
      return { result: { connection, wasSignedIn: sessionId !== undefined, mark } };
    });
  }

  /**
   * Keeps the tokens of a sign-in for its connection. They are revoked instead where somebody has signed out, or removed the
   * connection, since it began, in whichever window or process: nothing would ever sign them out.
   *
   * @returns whether they were kept
   * @throws GatewayFailure `file_damaged`, `stored_by_newer_version`, and what the store throws; they are revoked then too
   */
  async keep({ connection, mark: markThen, wasSignedIn }: BegunSignIn, obtained: TokenSet): Promise<boolean> {
    const { store, log } = this.#world;
    const tokens: TokenSet = { ...obtained, gatewayHost: gatewayHost(connection.url) };
    const kept = this.#connections.change(connection.id, async ({ now, mark }) => {
      const isSignedOut = mark !== undefined && mark !== markThen;
      // A window of a version without marks signs out too, and then the connection has no sign-in any more.
      if (!now || isSignedOut || (wasSignedIn && now.sessionId === undefined)) return { result: undefined };
      await store.exclusively(tokens.sessionId, async () => {
        // How this client's renewals have to be is known from before.
        const { namesScopes } = (await readableTokens(store, tokens.sessionId, log)) ?? {};
        await store.write({ ...tokens, ...(namesScopes !== undefined && { namesScopes }) });
      });
      const { sends: _, ...known } = withoutSignIn(withClient(withAuthorizationOf(now, connection), tokens));
      const next = { ...known, sessionId: tokens.sessionId, ...this.#sends(connection) };
      return { next, result: { before: now.sessionId } };
    });
    const outcome = await kept.catch(async (error: unknown) => {
      await this.#dropUnkept(tokens);
      throw error;
    });
    if (!outcome) {
      log.info("somebody signed out since this sign-in began; its tokens are revoked", {
        issuer: tokens.server.issuer,
      });
      await this.revokeUnkept(tokens);
      return false;
    }
    // Somebody else has signed in here; a sign-in that nobody uses any more would be forgotten but valid.
    if (outcome.before !== undefined) await this.endUnused(outcome.before);
    return true;
  }

  /** Revokes tokens that were obtained and are not kept. */
  async revokeUnkept(tokens: TokenSet): Promise<void> {
    const { revokeTokens } = await loadRevocation();
    await revokeTokens(tokens, this.#world);
  }

  /**
   * Lets a connection use a sign-in of another, and keeps the person's consent to it.
   *
   * @param given what the person agreed to; nothing is shared where more is needed
   * @returns whether it is shared
   */
  async share(connection: Connection, shared: SharedSignIn, given: GivenConsent | undefined): Promise<boolean> {
    const { tokens, consent } = shared;
    if (consent && !isSameConsent(given, consent)) return false;
    const { sessionId } = tokens;
    const outcome = await this.#connections.change(connection.id, async ({ now }) => {
      if (!now || !isAlive(await this.#world.store.read(sessionId))) return { result: undefined };
      const sharing = consent ?? now.sharing;
      const { sends: _, ...known } = now;
      const next = { ...known, sessionId, ...(sharing && { sharing }), ...this.#sends(connection) };
      return { next, result: { before: now.sessionId } };
    });
    if (outcome?.before !== undefined) await this.endUnused(outcome.before);
    return outcome !== undefined;
  }

  /**
   * Ends the sign-in of a connection, for all that use it: marks them signed out, forgets the tokens, then revokes them.
   * They are forgotten before the provider is asked, so that nothing depends on its answer.
   *
   * @param isRemoved the connection goes too, by the same write: in a keychain each takes programs
   * @throws GatewayFailure `file_damaged`, `part_not_loaded`; nothing is forgotten then
   */
  async end(connection: Connection, isRemoved = false): Promise<EndedSignIn> {
    const { store, log } = this.#world;
    await loadRevocation();
    const { users, taken } = await this.#connections.book.change(async (stored) => {
      const { users, sessionId, connections: all, signOuts } = signedOut(stored, connection, this.#world.now());
      const taken = sessionId === undefined ? undefined : await takeTokens(store, sessionId, log);
      if (sessionId !== undefined) this.#connections.leave(sessionId);
      const connections = isRemoved ? all.filter(({ id }) => id !== connection.id) : all;
      return { connections, signOuts, result: { users, taken } };
    });
    const revocation = taken && (await this.#revoke(taken, connection));
    const company = taken && (await this.#leaveCompany(taken.tokens));
    return { connections: users, ...(revocation && { revocation }), ...(company && { company }) };
  }

  /** Ends a sign-in that no connection uses. */
  async endUnused(sessionId: string): Promise<void> {
    const { store, log } = this.#world;
    await loadRevocation();
    const taken = await this.#connections.book.change(async ({ connections }) => {
      const isUsed = [...connections, ...this.#connections.drafts].some((one) => one.sessionId === sessionId);
      return { result: isUsed ? undefined : await takeTokens(store, sessionId, log) };
    });
    if (!taken) return;
    await this.#revoke(taken);
    await this.#leaveCompany(taken.tokens);
  }

  /** The sign-in at the company ends with the last gateway that was entered by it. */
  async #leaveCompany({ enterprise }: TokenSet): Promise<EndedCompany | undefined> {
    return enterprise && (await (await this.company()).leave(enterprise));
  }

  /** What could not be kept is not left valid, and what was half kept is in use by a connection or ends. */
  async #dropUnkept(tokens: TokenSet): Promise<void> {
    const { store, log } = this.#world;
    const stored = await readableTokens(store, tokens.sessionId, log);
    const isWritten = stored?.accessToken === tokens.accessToken;
    if (isWritten && this.#connections.using(tokens.sessionId).length > 0) return;
    // They are revoked, whatever a store does that did not keep them as it should.
    if (isWritten) await store.delete(tokens.sessionId).catch(() => log.warn("an unkept sign-in was not deleted"));
    await this.revokeUnkept(tokens);
  }

  async #revoke({ tokens, left }: TakenTokens, connection?: Connection): Promise<RevocationReport> {
    const { revokeTokens } = await loadRevocation();
    const revoked = await revokeTokens(tokens, this.#world, connection && this.#bearerOrNot(connection));
    const report = { ...revoked, ...(left && { left }) };
    if (metUnknownClient(report)) await this.#world.onUnknownClient(tokens);
    this.#world.log.info("signed out", {
      issuer: report.issuer,
      steps: report.steps.map(({ token, kind }) => `${token}: ${kind}`),
    });
    return report;
  }

  #sends(connection: Connection): Pick<Connection, "sends"> {
    return this.#bearerOrNot(connection) === "id" ? { sends: "id" } : {};
  }

  /** A setting that cannot be read must not keep anybody from signing out. */
  #bearerOrNot(connection: Connection): BearerToken | undefined {
    try {
      return this.#world.bearerOf(connection);
    } catch {
      return undefined;
    }
  }
}
