import { isFailure } from "../../failures/failure.ts";
import type { AskedWorld } from "../../lib/askServer.ts";
import { DISCOVERY_TIMEOUT_MS } from "../../lib/limits.ts";
import type { Challenge } from "../../oauth/discovery/challenge.ts";
import type { MayAskPrivate } from "../../oauth/discovery/namedPlace.ts";
import { identityProviderOf } from "../../oauth/identityProviders/identityProviders.ts";
import { chooseClient } from "../../oauth/signIn/client.ts";
import { recordedAuthorization } from "../../oauth/signIn/recordedAuthorization.ts";
import type { Connection } from "../connection.ts";
import { orWrongGuess } from "../discovery/authorizationServerOf.ts";
import { discoverSignIn, namedIssuers } from "../discovery/discoverGateway.ts";
import { isKnownPlace } from "../discovery/knownPlace.ts";
import type { OutgoingFetch } from "../fetchToGateway.ts";
import { resolveGateway, type SettingsWorld } from "../resolvedConnection.ts";
import type { ChangedSignIn } from "./agreedIssuer.ts";
import { askedAuthorization, type ClientQuestions } from "./askedAuthorization.ts";
import type { SignInToConnectionWorld } from "./signInToConnection.ts";

export interface FollowWorld extends OutgoingFetch, SettingsWorld, Pick<AskedWorld, "signal"> {
  /** The gateways that are connected. */
  readonly all: readonly Connection[];
}

/**
 * Finds out whether a gateway names another issuer than it did when it was connected, or one at all where it asked for no
 * sign-in before. It sends requests for metadata alone, and asks no person: `followed` acts on what it found, once somebody
 * agreed.
 *
 * @param challenge what the gateway said last when it asked for a sign-in
 * @returns undefined where all is as it is recorded, as far as the gateway says something
 * @throws GatewayFailure of `discoverSignIn` for a gateway that asked nobody before, `named_place_refused`,
 *   `private_issuer_unconfirmed`, `setting_invalid`
 */
export async function changedSignIn(
  { url, authorization }: Connection,
  challenge: Challenge | undefined,
  world: FollowWorld,
): Promise<ChangedSignIn | undefined> {
  const oauth = authorization.kind === "oauth" ? authorization : undefined;
  const before = oauth?.server.issuer;
  const asked = { url: new URL(url), challenge, resolved: resolveGateway({ url, flow: oauth?.signIn }, world) };
  // Nobody is asked here: a call of an agent may have led to it.
  const mayAskPrivate: MayAskPrivate = async (one) => isKnownPlace(world.all, one);
  const outgoing = { ...world, mayAskPrivate, deadline: AbortSignal.timeout(DISCOVERY_TIMEOUT_MS) };
  try {
    if (before !== undefined) {
      const named = await namedIssuers(asked, outgoing);
      // An issuer that is set is never left, one of several is stayed with, and where none is named nothing is guessed.
      if (named.length === 0 || named.includes(before)) return undefined;
    }
    const now = await discoverSignIn(asked, outgoing);
    return now.server.issuer === before ? undefined : { now, before };
  } catch (failure) {
    world.signal?.throwIfAborted();
    // Whoever signs in has to learn of it: the gateway does not take its sign-ins of before any more.
    if (
      before === undefined ||
      isFailure(failure, "private_issuer_unconfirmed") ||
      isFailure(failure, "named_place_refused")
    ) {
      throw failure;
    }
    return undefined;
  }
}

/** A connection that follows its gateway. */
export interface Followed {
  readonly connection: Connection;
  /** The client ID that the person has entered in the place of the one in the settings; it belongs there from now on. */
  readonly clientId?: string;
  /** The secret or key that the person has typed for the client there. */
  readonly credential?: string;
}

/**
 * The connection as its gateway signs people in by now, as the client that it is there: nothing of what it was at another
 * issuer is used.
 *
 * @param ask who says which client that is, where the other issuer leaves no other choice or the settings name one of before
 * @returns undefined where the person gave up
 * @throws GatewayFailure of `chooseClient`
 */
export async function followed(
  { now, before }: ChangedSignIn,
  connection: Connection,
  ask: ClientQuestions | undefined,
  world: SignInToConnectionWorld,
): Promise<Followed | undefined> {
  const { server, guessed, resolved } = now;
  const { settings, flow, redirect } = resolved;
  if (!ask) {
    const choice = { server, settings, redirectUris: redirect.uris, flow };
    const client = await orWrongGuess(guessed, () => chooseClient(choice, world));
    return { connection: { ...connection, authorization: recordedAuthorization(now, client, flow) } };
  }
  let clientId: string | undefined;
  // A client ID that is set without an issuer was set for the one of before.
  if (before !== undefined && settings.clientId !== undefined && settings.issuer === undefined) {
    const provider = identityProviderOf(server, settings.identityProvider);
    clientId = (await ask.clientId(server.issuer, redirect.uris[0], provider))?.trim();
    if (!clientId) return undefined;
  }
  const there = { ...now, resolved: { ...resolved, settings: { ...settings, ...(clientId && { clientId }) } } };
  const asked = await askedAuthorization(there, ask, world);
  if (!asked) return undefined;
  const { authorization, credential } = asked;
  return {
    connection: { ...connection, authorization },
    ...(credential !== undefined && { credential }),
    ...(clientId !== undefined && { clientId }),
  };
}
