import { type AnyFailure, asFailure } from "../failures/failure.ts";
import { forgetRegistration } from "../oauth/signIn/keptRegistration.ts";
import { logoutPage } from "../oauth/tokens/logoutPage.ts";
import { SecretTokenStore } from "../oauth/tokens/secretTokenStore.ts";
import type { BearerToken, TokenSet } from "../oauth/tokens/tokenSet.ts";
import { AwsSignIns } from "./aws/awsSignIns.ts";
import type { Connection } from "./connection.ts";
import { connectionAccess } from "./connectionAccess.ts";
import { ConnectionBook } from "./connectionBook.ts";
import { joinCompany } from "./enterprise/joinCompany.ts";
import { fetchToGateway } from "./fetchToGateway.ts";
import { type GatewayRelay, GatewayRelays } from "./gatewayRelays.ts";
import { type GatewayState, GatewayStates } from "./gatewayState.ts";
import type { GatewaysWorld } from "./gatewaysWorld.ts";
import { KnownConnections } from "./knownConnections.ts";
import { usageGuard } from "./managed/managedGateway.ts";
import { type ResolvedConnection, resolveConnection, resolveGateway, resolveReadable } from "./resolvedConnection.ts";
import { forgetClient, hasConfiguredClient } from "./signIn/forgetClient.ts";
import type { GivenConsent } from "./signIn/sharingConsent.ts";
import type { SignInResult } from "./signIn/signInResult.ts";
import type { SharedSignIn } from "./signIn/signInSharing.ts";
import { SignIns } from "./signIn/signIns.ts";
import type { SignInOverrides } from "./signIn/signInToConnection.ts";
import { type SignInContext, SigningIn } from "./signIn/signingIn.ts";
import { isOfWantedKind } from "./signIn/wantedKind.ts";
import { type SignOutReport, sharingGateways } from "./signOut/signOutReport.ts";

/** All gateways of this window: who is signed in to them, and the relays that lead to them. */
export class Gateways {
  /** The list of connections. Who is signed in to them changes here only, see `SignIns`. */
  readonly book: Pick<ConnectionBook, "all" | "find" | "byUrl" | "load" | "add" | "nameAnew" | "setDirect">;
  /** The gateways whose requests are signed with AWS credentials. */
  readonly aws: AwsSignIns;
  readonly #world: GatewaysWorld;
  readonly #connections: KnownConnections;
  readonly #signIns: SignIns;
  readonly #relays: GatewayRelays;
  readonly #states: GatewayStates;
  readonly #signingIn: SigningIn;

  constructor(world: GatewaysWorld) {
    this.#world = world;
    this.#relays = new GatewayRelays(world.log);
    this.#connections = new KnownConnections(new ConnectionBook(world.file, world.lock, () => world.onChanged()));
    this.book = this.#connections.book;
    this.#signIns = new SignIns(this.#connections, {
      ...world,
      store: new SecretTokenStore(world.secrets, world.lock, world),
      bearerOf: (connection) => this.bearerToken(connection),
      fits: (one, tokens) => isOfWantedKind(tokens, one, this.#states.challengeOf(one.id), world.settings()),
      onUnknownClient: ({ server, client }) =>
        forgetRegistration(server.issuer, client.clientId, world.secrets).catch(() => {}),
      onChanged: () => world.onChanged(),
    });
    this.aws = new AwsSignIns(this.#connections, {
      ...{ load: world.loadAws, wayTo: (url) => fetchToGateway(world, url) },
      settingsOf: (url) => resolveGateway({ url }, world).settings,
    });
    this.#states = new GatewayStates(this.#signIns, this.aws, { ...world, kept: world.attention });
    this.#signingIn = new SigningIn({
      world,
      connections: this.#connections,
      signIns: this.#signIns,
      aws: this.aws,
      states: this.#states,
      onSignedIn: (id, subject) => this.#relays.signedIn(id, subject),
    });
  }

  /** A connection, also while it is being made. */
  find(id: string): Connection | undefined {
    return this.#connections.find(id);
  }

  /** The connections that use a sign-in. */
  using(sessionId: string): readonly Connection[] {
    return this.#connections.using(sessionId);
  }

  state(connection: Connection): Promise<GatewayState> {
    return this.#states.of(connection);
  }

  /** The tokens of a connection as they are kept. @throws GatewayFailure of `SignIns.stored` */
  storedTokens(connection: Connection): Promise<TokenSet | undefined> {
    return this.#signIns.stored(connection);
  }

  /** The tokens of a connection to use now. @throws GatewayFailure of `SignIns.current` */
  currentTokens(connection: Connection): Promise<TokenSet | undefined> {
    return this.#signIns.current(connection);
  }

  /** Every stored sign-in with the connections that may use it. */
  sessions(): ReturnType<SignIns["all"]> {
    return this.#signIns.all();
  }

  /** The relay of a connection, made when first asked for; undefined for one that was removed. */
  relay(id: string): Promise<GatewayRelay> | undefined {
    const connection = this.find(id);
    if (!connection) return undefined;
    return this.#relays.get(id, () => {
      const onAccessOutcome = (of: Connection, refusal: AnyFailure | undefined) => {
        if (this.find(of.id)) this.#states.onAccessOutcome(of.id, refusal);
      };
      const access = connectionAccess(() => this.find(id), {
        ...this.#world,
        ...{
          fetch: fetchToGateway(this.#world, connection.url),
          signIns: this.#signIns,
          aws: this.aws,
          sent: (of: Connection) => this.bearerToken(of),
          onAccessOutcome,
        },
        mayUse: usageGuard({ settings: this.#world.settings, aws: this.aws, readable: (of) => this.readable(of) }),
        canAskClient: this.#world.clientElsewhere !== undefined,
        onChallenge: (of, challenge) => this.#states.onChallenge(of.id, challenge),
        changed: (of) => this.#signingIn.changed(of),
      });
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
    this.#connections.draft(connection);
  }

  /** Turns a draft into a connection under its final name. */
  async keep(id: string, name: string): Promise<Connection> {
    const before = this.#connections.findDraft(id)?.name;
    const connection = await this.#connections.keep(id, name);
    await joinCompany(connection, { ...this.#world, signIns: this.#signIns });
    if (before !== name) await this.#relays.close(id);
    this.#world.onChanged();
    return connection;
  }

  /** Calls a connection by another name; editors and hosts go on to know it by its first. */
  async rename(id: string, name: string): Promise<void> {
    await this.#connections.book.rename(id, name);
  }

  /** Gives a draft up: nothing of it stays behind, at the provider neither, but a sign-in that others use. */
  async discard(id: string): Promise<void> {
    const draft = this.#connections.findDraft(id);
    if (!draft) return;
    await this.#relays.close(id);
    // As it is now: a sign-in may have come to it meanwhile.
    const { sessionId } = this.#connections.findDraft(id) ?? draft;
    this.#connections.giveUp(id);
    if (sessionId !== undefined) await this.#signIns.endUnused(sessionId);
    // A registration stays, since every further try would otherwise leave another client at the provider. A sign-in that
    // is still on its way needs the secret to revoke its tokens.
    if (hasConfiguredClient(draft) && !this.#states.isSigningIn(id)) await this.#forgetClient(draft);
    this.#states.forgetFailure(id);
    this.#world.onChanged();
  }

  /** See `SigningIn.accountsFor`. */
  accountsFor(connection: Connection): Promise<readonly SharedSignIn[]> {
    return this.#signingIn.accountsFor(connection);
  }

  sharedAccount(connection: Connection): Promise<SharedSignIn | undefined> {
    return this.#signingIn.sharedAccount(connection);
  }

  /** See `SigningIn.useAccount`. */
  useAccount(connection: Connection, shared: SharedSignIn, given: GivenConsent | undefined): Promise<boolean> {
    return this.#signingIn.useAccount(connection, shared, given);
  }

  /** See `GatewayStates.noteFinding`. */
  readonly noteFinding: GatewayStates["noteFinding"] = (id, found) => this.#states.noteFinding(id, found);

  /** Whether a gateway asks for a sign-in, be it only by now. */
  asksForSignIn(connection: Connection): boolean {
    return this.#states.asksForSignIn(connection);
  }

  /** Whether a gateway that was asked since this program started signs in elsewhere than it is recorded. */
  async signsInElsewhere(connection: Connection): Promise<boolean> {
    if (!this.#states.wasChallenged(connection.id) || connection.authorization.kind === "none") return false;
    return (await this.#signingIn.changed(connection).catch(() => undefined)) !== undefined;
  }

  /** See `SigningIn.wantedIssuer`. */
  readonly wantedIssuer: SigningIn["wantedIssuer"] = (connection) => this.#signingIn.wantedIssuer(connection);

  /** See `SigningIn.signIn`. */
  signIn(id: string, extra: SignInOverrides, one: SignInContext): Promise<SignInResult> {
    return this.#signingIn.signIn(id, extra, one);
  }

  /** Waits for the sign-ins under way, for whoever cancelled them: what they still bring is revoked. */
  settled(): Promise<void> {
    return this.#signingIn.settled();
  }

  /**
   * Signs out: ends the gateway's sessions while a token is still there, forgets the tokens, then revokes them. A sign-in that is
   * on its way is dropped when it arrives, in every window and process. Where `isRemoved`, the connection is forgotten too.
   *
   * @throws GatewayFailure `file_damaged`
   */
  async signOut(connection: Connection, isRemoved = false): Promise<SignOutReport> {
    for (const { id } of this.#sharing(connection)) {
      this.#states.forgetFailure(id);
      await this.#relays.reset(id);
    }
    const isSigned = this.aws.isSigned(connection);
    if (isSigned) await this.aws.forget(connection);
    const { connections, ...ended } = await this.#signIns.end(connection, isRemoved);
    this.#world.onChanged();
    return { connection, ...(isSigned && { isSigned }), ...ended, ...sharingGateways(connection, connections, true) };
  }

  /** Signs out and forgets the connection. A sign-in that another gateway uses goes on for that one. */
  async remove(connection: Connection): Promise<SignOutReport> {
    const sharing = sharingGateways(connection, this.#sharing(connection), false);
    const report = sharing ? { connection, ...sharing } : await this.signOut(connection, true);
    this.#states.forgetFailure(connection.id);
    await this.#relays.close(connection.id);
    if (sharing) await this.#connections.book.remove(connection.id, this.#world.now());
    const left = await this.#forgetClient(connection).then(() => undefined, asFailure);
    return left ? { ...report, left } : report;
  }

  /** Ends a sign-in that no gateway uses any more, see `sessions`. */
  forget(sessionId: string): Promise<void> {
    return this.#signIns.endUnused(sessionId);
  }

  /** Whether an editor or host uses a gateway now. */
  readonly isServing: GatewayRelays["isServing"] = (id) => this.#relays.isServing(id);

  /** The settings changed, so that agents may be shown other tools than before. */
  settingsChanged(): void {
    this.#relays.settingsChanged();
    this.#world.onChanged();
  }

  /** A gateway that was down answers again: what failed for that needs nobody any more. */
  isBack(id: string): void {
    this.#states.isBack(id);
    this.#relays.isBack(id);
  }

  readonly company = (): ReturnType<SignIns["company"]> => this.#signIns.company();
  readonly forgetCompanies = async () => await (await this.company()).clear(this.#world.secrets);

  readonly revoke: SignIns["revokeUnkept"] = (tokens) => this.#signIns.revokeUnkept(tokens);
  readonly close = (): Promise<void> => this.#relays.closeAll();

  /** A connection and those that use the same sign-in, which end with it. */
  #sharing(connection: Connection): readonly Connection[] {
    const { sessionId } = this.find(connection.id) ?? connection;
    return sessionId === undefined ? [connection] : this.using(sessionId);
  }

  #forgetClient(connection: Connection): Promise<void> {
    return forgetClient(connection, this.#connections.all, this.#world.secrets);
  }
}
