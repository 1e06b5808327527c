import { asFailure } from "../../failures/failure.ts";
import { partLoaded } from "../../failures/partLoaded.ts";
import type { CrossProcessLock } from "../../lib/crossProcessLock.ts";
import { signInBundle } from "../../oauth/tokens/lazyRequests.ts";
import { isUnknownClient } from "../../oauth/tokens/unknownClient.ts";
import type { AwsSignIns } from "../aws/awsSignIns.ts";
import type { Connection } from "../connection.ts";
import { withoutResource } from "../connectionBook.ts";
import { joinCompany, type SharedElsewhere } from "../enterprise/joinCompany.ts";
import type { OutgoingFetch } from "../fetchToGateway.ts";
import type { GatewayStates } from "../gatewayState.ts";
import type { KnownConnections } from "../knownConnections.ts";
import { isAccountAllowed, mayBegin } from "../managed/allowedSignIn.ts";
import { judgedAccount, rulesOf } from "../managed/managedGateway.ts";
import { resolveConnection } from "../resolvedConnection.ts";
import { type AgreedIssuer, type ChangedSignIn, mayFollow } from "./agreedIssuer.ts";
import type { AskClientElsewhere } from "./clientElsewhere.ts";
import { forgetClient, hasConfiguredClient } from "./forgetClient.ts";
import type { GivenConsent } from "./sharingConsent.ts";
import type { SignInResult } from "./signInResult.ts";
import type { SharedSignIn } from "./signInSharing.ts";
import type { BegunSignIn, SignIns } from "./signIns.ts";
import type { PreparedSignIn, SignInOverrides, SignInToConnectionWorld } from "./signInToConnection.ts";

/** What a sign-in needs besides the ports that all sign-ins share. */
export interface SignInContext extends Pick<SignInToConnectionWorld, "signal" | "onPasteReady" | "device"> {
  /** What the person agreed to when they were asked whether a sign-in of another gateway may be used. */
  readonly consent?: GivenConsent | undefined;
  /** Begins a sign-in of AWS's own tools in front of the person. Resolves to whether it is worth another try. */
  readonly awsLogin?: (command: string) => Promise<boolean>;
  /** The other issuer that they agreed to, where the gateway signs in there by now. */
  readonly issuer?: AgreedIssuer;
}

export interface SigningInParts {
  readonly world: Omit<SignInToConnectionWorld, keyof SignInContext> &
    OutgoingFetch & {
      readonly lock: CrossProcessLock;
      readonly onChanged: () => void;
      /** A sign-in that another program of the person keeps in the keychain, where it serves a connection that has none. */
      readonly sharedElsewhere?: () => Promise<SharedElsewhere>;
      /** Absent where nobody could be asked. */
      readonly clientElsewhere?: AskClientElsewhere;
    };
  readonly connections: KnownConnections;
  readonly signIns: SignIns;
  readonly aws: AwsSignIns;
  readonly states: GatewayStates;
  /** Tells the relay of a connection who is signed in now. */
  readonly onSignedIn: (id: string, subject: string) => void;
}

type SignInWorld = SigningInParts["world"] & SignInContext;

/** How a person comes to be signed in to a connection: with a sign-in that is there already, or with a new one. */
export class SigningIn {
  readonly #parts: SigningInParts;
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(parts: SigningInParts) {
    this.#parts = parts;
  }

  /**
   * The sign-ins in use that would serve a connection too, one of each person, each with the consent that it takes: of the
   * same issuer and client, with its scopes, and not bound to another gateway's address.
   *
   * @throws GatewayFailure `setting_invalid`
   */
  async accountsFor(connection: Connection): Promise<readonly SharedSignIn[]> {
    const wanted = resolveConnection(connection, this.#parts.world)?.wanted;
    if (!wanted) return [];
    const all = await this.#parts.signIns.serving(connection, wanted);
    return all.filter(({ tokens }) => isAccountAllowed(connection.url, tokens, this.#parts.world));
  }

  /**
   * The one sign-in that would serve a connection which has none; a choice among several is the person's.
   *
   * @throws GatewayFailure `setting_invalid`
   */
  async sharedAccount(connection: Connection): Promise<SharedSignIn | undefined> {
    // Every sign-in is looked at only where there is one to share: in a keychain each look takes a program.
    const isAlone = this.#parts.connections.all.every(({ sessionId }) => sessionId === undefined);
    const { sharedElsewhere } = this.#parts.world;
    if (connection.sessionId !== undefined || (isAlone && !sharedElsewhere)) return undefined;
    const wanted = resolveConnection(connection, this.#parts.world)?.wanted;
    if (!wanted) return undefined;
    const here = isAlone ? undefined : await this.#parts.signIns.offered(connection, wanted);
    const shared = here ?? (await (await sharedElsewhere?.())?.offered(connection, wanted));
    return shared && isAccountAllowed(connection.url, shared.tokens, this.#parts.world) ? shared : undefined;
  }

  /**
   * Lets a connection use a sign-in that is there already.
   *
   * @param given what the person agreed to
   * @returns whether it does: not where more than that is needed
   */
  async useAccount(connection: Connection, shared: SharedSignIn, given: GivenConsent | undefined): Promise<boolean> {
    mayBegin(connection, undefined, this.#parts.world);
    rulesOf(connection.url, this.#parts.world).mayKeep(judgedAccount(shared.tokens));
    if (!(await this.#parts.signIns.share(connection, shared, given))) return false;
    this.#parts.states.forgetFailure(connection.id);
    this.#parts.onSignedIn(connection.id, shared.tokens.account.id);
    this.#parts.world.onChanged();
    return true;
  }

  /**
   * Signs in to a connection and keeps the tokens. A sign-in of another gateway that serves this one too takes the place
   * of a new one, unless several do, or the person has not agreed to it.
   *
   * @throws GatewayFailure of `prepareSignIn`, `signInToConnection` and `SignIns.keep`
   */
  signIn(id: string, extra: SignInOverrides, one: SignInContext): Promise<SignInResult> {
    const signIn = this.#signIn(id, extra, one);
    this.#underWay.add(signIn);
    const forget = () => this.#underWay.delete(signIn);
    signIn.then(forget, forget);
    return signIn;
  }

  /**
   * Finds out whether a gateway signs people in elsewhere than it is recorded, or at all by now. A draft was looked at a
   * moment ago, before anybody signed in to it; after that its gateway may have moved like any other.
   *
   * @throws GatewayFailure of `changedSignIn`
   */
  async changed(connection: Connection, signal?: AbortSignal): Promise<ChangedSignIn | undefined> {
    const { connections, states, world } = this.#parts;
    if (this.#parts.aws.isSigned(connection)) return undefined;
    const isKnown = connection.authorization.kind === "oauth";
    const draft = connections.findDraft(connection.id);
    if (isKnown && draft && draft.sessionId === undefined) return undefined;
    const { changedSignIn } = await partLoaded(import("./changedSignIn.ts"), signInBundle);
    return await changedSignIn(connection, states.challengeOf(connection.id), {
      ...world,
      signal,
      all: connections.all,
    });
  }

  /**
   * To which other issuer a gateway wants its person to sign in by now, if they agree to it.
   *
   * @throws GatewayFailure `issuer_changed` where nobody here may agree to it
   */
  async wantedIssuer(connection: Connection): Promise<{ readonly before: string; readonly now: string } | undefined> {
    const changed = await this.changed(connection).catch(() => undefined);
    if (changed?.before === undefined) return undefined;
    const { issuer } = changed.now.server;
    mayFollow(changed, connection, { agreed: issuer, canAskClient: this.#parts.world.clientElsewhere !== undefined });
    return { before: changed.before, now: issuer };
  }

  /** Waits for the sign-ins under way, for whoever cancelled them: what they still bring is revoked. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }

  async #signIn(id: string, extra: SignInOverrides, one: SignInContext): Promise<SignInResult> {
    const connection = this.#parts.connections.find(id);
    if (!connection) return { kind: "cancelled" };
    this.#parts.states.beginSignIn(id);
    try {
      const wantsAnother = extra.chooseAccount || extra.scopes.length > 0 || extra.flow !== undefined;
      if (this.#parts.aws.isSigned(connection)) return await this.#awsSignIn(connection, one);
      const shared = wantsAnother ? undefined : await this.sharedAccount(connection);
      if (shared && (await this.useAccount(connection, shared, one.consent))) {
        return { kind: "signedIn", tokens: shared.tokens };
      }
      return await this.#newSignIn(connection, extra, one);
    } catch (error) {
      const failure = asFailure(error);
      // Somebody who may go on as before, after more was refused, needs no attention.
      if (!(await this.#isUsable(id))) this.#parts.states.fail(id, failure);
      this.#parts.world.log.error("sign-in failed", { gateway: connection.name, code: failure.code });
      throw failure;
    } finally {
      this.#parts.states.endSignIn(id);
      // Given up meanwhile, by somebody who left the client to us: see `Gateways.discard`.
      const { all } = this.#parts.connections;
      const isGone = !all.some((one) => one.id === id);
      if (isGone && hasConfiguredClient(connection)) await forgetClient(connection, all, this.#parts.world.secrets);
      this.#parts.world.onChanged();
    }
  }

  async #awsSignIn(connection: Connection, { awsLogin, signal }: SignInContext): Promise<SignInResult> {
    const { aws, signIns, onSignedIn } = this.#parts;
    mayBegin(connection, "aws", this.#parts.world);
    const { mark } = await signIns.begin(connection);
    const { kept, before } = await aws.signIn({ connection, mark, awsLogin });
    if (before !== undefined) await signIns.endUnused(before);
    if (!kept || signal.aborted) return { kind: "cancelled" };
    onSignedIn(connection.id, `aws:${aws.profileOf(connection) ?? ""}`);
    return { kind: "signedIn" };
  }

  async #newSignIn(connection: Connection, extra: SignInOverrides, one: SignInContext): Promise<SignInResult> {
    const world = { ...this.#parts.world, ...one };
    const begun = await this.#parts.signIns.begin(connection);
    const changed = await this.#changedTo(connection, world);
    if (!changed) return await this.#signInAs(connection, begun, extra, world);
    const { signInElsewhere } = await partLoaded(import("./signInElsewhere.ts"), signInBundle);
    return await signInElsewhere(changed, connection, {
      ...world,
      connections: this.#parts.connections,
      signIn: (there, settings) => this.#signInAs(there, begun, extra, { ...world, settings }),
    });
  }

  async #signInAs(
    connection: Connection,
    begun: BegunSignIn,
    extra: SignInOverrides,
    world: SignInWorld,
  ): Promise<SignInResult> {
    mayBegin(connection, extra.flow, this.#parts.world);
    const { prepareSignIn } = await partLoaded(import("./signInToConnection.ts"), signInBundle);
    const challenge = this.#parts.states.challengeOf(connection.id);
    const prepare = () => prepareSignIn(connection, { ...extra, challenge }, world);
    const prepared = await prepare();
    if (!prepared) return { kind: "cancelled" };
    const obtain = () => this.#obtain(connection, begun, { prepare, prepared }, world);
    return prepared.company ? await (await this.#parts.signIns.company()).during(obtain) : await obtain();
  }

  async #obtain(
    connection: Connection,
    begun: BegunSignIn,
    {
      prepare,
      prepared,
    }: { readonly prepare: () => Promise<PreparedSignIn | undefined>; readonly prepared: PreparedSignIn },
    shared: SignInWorld,
  ): Promise<SignInResult> {
    const { id } = connection;
    const { signInToConnection } = await partLoaded(import("./signInToConnection.ts"), signInBundle);
    const world = { ...shared, companySignIns: () => this.#parts.signIns.company() };
    const outcome = await signInToConnection(prepared, world).catch(async (failure: unknown) => {
      // The provider has forgotten the client that we registered, so that one that it does not know is registered anew, once.
      if (prepared.client.source !== "registered" || !isUnknownClient(failure)) throw failure;
      const again = await prepare();
      if (again?.request.client.clientId === prepared.request.client.clientId) throw failure;
      return again ? await signInToConnection(again, world) : ({ kind: "cancelled" } as const);
    });
    if (outcome.kind === "cancelled") return outcome;
    const { tokens, resourceRefused } = outcome;
    try {
      rulesOf(connection.url, world).mayKeep(judgedAccount(tokens));
    } catch (failure) {
      // Nothing would ever sign these out.
      await this.#parts.signIns.revokeUnkept(tokens);
      throw failure;
    }
    if (!this.#parts.connections.find(id) || world.signal.aborted) {
      // Removed or given up meanwhile: nothing would ever sign these out.
      await this.#parts.signIns.revokeUnkept(tokens);
      return { kind: "cancelled" };
    }
    if (resourceRefused) await this.#parts.connections.forgetResource(id);
    const kept = { ...begun, connection: resourceRefused ? withoutResource(connection) : connection };
    if (!(await this.#parts.signIns.keep(kept, tokens))) return { kind: "cancelled" };
    // One that is being made joins when it is kept.
    const { connections, signIns } = this.#parts;
    if (!connections.findDraft(id)) await joinCompany(connections.find(id), { ...world, signIns });
    this.#parts.states.forgetFailure(id);
    this.#parts.onSignedIn(id, tokens.account.id);
    return { kind: "signedIn", tokens };
  }

  /**
   * How a gateway signs people in by now, where that has changed: it may have asked for no sign-in when it was connected, or
   * for one of another issuer.
   */
  async #changedTo(connection: Connection, world: SignInWorld): Promise<ChangedSignIn | undefined> {
    const changed = await this.changed(connection, world.signal);
    if (!changed) return undefined;
    mayFollow(changed, connection, { agreed: world.issuer, canAskClient: world.clientElsewhere !== undefined });
    world.log.info("the gateway has moved", {
      gateway: connection.name,
      issuer: changed.now.server.issuer,
    });
    return changed;
  }

  async #isUsable(id: string): Promise<boolean> {
    const connection = this.#parts.connections.find(id);
    const tokens = connection && (await this.#parts.signIns.stored(connection).catch(() => undefined));
    return tokens !== undefined;
  }
}
