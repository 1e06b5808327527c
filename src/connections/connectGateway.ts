import { signedFor } from "../agentcore/addresses.ts";
import { type AnyFailure, GatewayFailure, isFailure } from "../failures/failure.ts";
import { translatable } from "../failures/translate.ts";
import type { MayAskPrivate, PrivateIssuer } from "../oauth/discovery/namedPlace.ts";
import type { Authorization, Company } from "../oauth/signIn/recordedAuthorization.ts";
import type { SignInFlow } from "../oauth/signIn/signInFlow.ts";
import { credentialKey, storeCredential } from "../oauth/tokens/clientCredential.ts";
import { signedBySettings } from "./aws/awsSigning.ts";
import { type Connection, serverNameOf, suggestedName } from "./connection.ts";
import { connectionId } from "./connectionBook.ts";
import { discoverGateway } from "./discovery/discoverGateway.ts";
import { isKnownPlace } from "./discovery/knownPlace.ts";
import type { OutgoingFetch } from "./fetchToGateway.ts";
import type { Gateways } from "./gateways.ts";
import { gatewayCandidates } from "./gatewayUrl.ts";
import { resolveAllowed } from "./managed/allowedSignIn.ts";
import { allowedAddresses, maySignIn, rulesOf } from "./managed/managedGateway.ts";
import { resolveGateway } from "./resolvedConnection.ts";
import { askedAuthorization, type ClientQuestions } from "./signIn/askedAuthorization.ts";
import { flowText } from "./signIn/flowText.ts";
import type { SignInToConnectionWorld } from "./signIn/signInToConnection.ts";

/** What the person is asked while a gateway is connected. Each question answers undefined when they gave up. */
export interface ConnectQuestions extends ClientQuestions {
  region(gatewayId: string): Promise<string | undefined>;
  /** The issuer of a gateway that asks for a sign-in and does not say where. What is answered stands in the settings then. */
  issuer(url: string, failure: AnyFailure): Promise<string | undefined>;
  /** Whether the gateway's sign-in may lead into a private network, which the gateway itself is not in. */
  privateIssuer(asked: PrivateIssuer): Promise<boolean>;
  /** Whose AWS credentials sign, for a gateway that takes no tokens. An empty name is what AWS's tools take by default. */
  awsProfile(url: string): Promise<string | undefined>;
  /** Shows the current step, in a few words. */
  progress(text: string): void;
}

export interface ConnectWorld
  extends OutgoingFetch,
    Pick<SignInToConnectionWorld, "secrets" | "settings" | "redirect" | "moreGrants"> {
  readonly gateways: Gateways;
  /** Lets the person sign in through the editor's own accounts. */
  readonly signIn: (connection: Connection) => Promise<{ readonly kind: "signedIn" | "cancelled" }>;
  /** How to sign in where the gateway's settings do not say; by default in the browser. */
  readonly flow?: SignInFlow | undefined;
  /** Whose identity provider lets people in, where it is known beforehand and is not the one that is set. */
  readonly company?: Company | undefined;
  /** What to call it; by default a name taken from its address. */
  readonly name?: string | undefined;
  /** The scopes that the gateway is known to want, where it names none. */
  readonly knownScopes?: readonly string[] | undefined;
  readonly signal: AbortSignal;
}

export type ConnectOutcome =
  | { readonly kind: "connected"; readonly connection: Connection; readonly tools: number }
  /** Somebody signed in, and the gateway does not take their token. The connection is kept, in need of attention. */
  | { readonly kind: "refused"; readonly connection: Connection; readonly failure: AnyFailure }
  | { readonly kind: "cancelled" };

/**
 * Connects a gateway: address → 401 → where to sign in → as which client → sign-in → its tools, once, as proof.
 *
 * Nothing is kept unless every step worked, and the tokens of a connection that failed or was given up are revoked. But
 * where the gateway refuses the token that somebody signed in for, both are kept: only with the token can be found out why,
 * and the gateway may take it as soon as its rules are mended.
 *
 * @param input what the person pasted
 * @throws GatewayFailure of every step, `already_connected`
 */
export async function connectGateway(
  input: string,
  ask: ConnectQuestions,
  world: ConnectWorld,
): Promise<ConnectOutcome> {
  const { gateways, signal } = world;
  const candidates = await gatewayCandidates(input, (gatewayId) => ask.region(gatewayId));
  if (!candidates) return { kind: "cancelled" };
  const allowed = allowedAddresses(candidates, world);
  for (const url of candidates) refuseTwice(url.href, gateways);

  ask.progress(translatable("looking for the gateway"));
  const way = await wayIn(allowed, ask, world).catch((error: unknown) => {
    if (signal.aborted) return undefined;
    throw error;
  });
  if (!way || signal.aborted) return { kind: "cancelled" };
  const { url, authorization, credential } = way;

  const name = freeName(managedName(url, world.name, world), gateways);
  const id = await connectionId(url);
  const draft: Connection = { id, name, url, authorization };
  // Another window may have taken the name meanwhile.
  const keep = () => gateways.keep(id, freeName(name, gateways));
  gateways.draft(draft);
  try {
    if (authorization.kind !== "none") {
      if (credential && authorization.kind === "oauth") {
        const { server, clientId } = authorization;
        await storeCredential(await credentialKey(server.issuer, clientId), credential, world.secrets);
      }
      const isSigned = authorization.kind === "aws";
      ask.progress(
        isSigned
          ? translatable("asking AWS whose credentials sign")
          : flowText[authorization.signIn ?? "browser"].waiting,
      );
      const ending = await world.signIn(draft);
      if (ending.kind === "cancelled" || signal.aborted) return { kind: "cancelled" };
    }
    ask.progress(translatable("reading its tools"));
    const list = async () => (await (await gateways.relay(id))?.listTools(signal)) ?? [];
    const tools = await list().catch(async (failure: unknown) => {
      // It answered without a token until it was asked for its tools, or has moved to another provider meanwhile.
      if (!isFailure(failure, "sign_in_needed")) throw failure;
      const ending = await world.signIn(gateways.find(id) ?? draft);
      return ending.kind === "cancelled" ? undefined : await list();
    });
    if (!tools || signal.aborted) return { kind: "cancelled" };
    return { kind: "connected", connection: await keep(), tools: tools.length };
  } catch (error) {
    if (signal.aborted) return { kind: "cancelled" };
    if (isFailure(error, "gateway_refused_token") || isFailure(error, "insufficient_scope")) {
      return { kind: "refused", connection: await keep(), failure: error };
    }
    throw error;
  } finally {
    await gateways.discard(id);
  }
}

/** How to get in at a gateway. */
interface WayIn {
  readonly url: string;
  readonly authorization: Authorization;
  /** See `AskedAuthorization`. */
  readonly credential?: string;
}

/** Finds the gateway and how to sign in there, and asks for the issuer as long as nobody says where. */
async function wayIn(
  candidates: readonly URL[],
  ask: ConnectQuestions,
  world: ConnectWorld,
): Promise<WayIn | undefined> {
  let at: string | undefined;
  const resolve = (url: string) => {
    at = url;
    ask.progress(translatable("asking it where to sign in"));
    return { ...resolveAllowed({ url, flow: world.flow }, world), knownScopes: world.knownScopes };
  };
  const signed = signedBySettings(candidates, world);
  if (signed) return await signedWayIn(signed, ask, world);
  let isDeclined = false;
  const mayAskPrivate: MayAskPrivate = async (asked) => {
    const mayAsk = isKnownPlace(world.gateways.book.all, asked) || (await ask.privateIssuer(asked));
    isDeclined ||= !mayAsk;
    return mayAsk;
  };
  for (;;) {
    try {
      const found = await discoverGateway(candidates, resolve, { ...world, mayAskPrivate });
      refuseTwice(found.url, world.gateways);
      if (found.kind === "open") return { url: found.url, authorization: { kind: "none" } };
      const chosen = await askedAuthorization(found, ask, world);
      if (!chosen) return undefined;
      const { company } = world;
      return { url: found.url, ...chosen, authorization: { ...chosen.authorization, ...(company && { company }) } };
    } catch (failure) {
      if (!world.signal.aborted && isFailure(failure, "aws_signature_needed")) {
        return await signedWayIn(failure.facts.url, ask, world);
      }
      // They have just said so.
      if (isDeclined && isFailure(failure, "private_issuer_unconfirmed")) return undefined;
      if (world.signal.aborted || at === undefined || !needsIssuer(failure)) throw failure;
      if ((await ask.issuer(at, failure)) === undefined) return undefined;
    }
  }
}

/** The way in at a gateway whose requests are signed with AWS credentials. */
async function signedWayIn(url: string, ask: ConnectQuestions, world: ConnectWorld): Promise<WayIn | undefined> {
  refuseTwice(url, world.gateways);
  const { settings } = resolveGateway({ url }, world);
  maySignIn(url, { kind: "aws" }, world);
  const isSet = settings.signIn === "aws";
  const profile = isSet ? settings.awsProfile : await ask.awsProfile(url);
  if (!isSet && profile === undefined) return undefined;
  const { hostname } = new URL(url);
  const isKnown = settings.awsRegion !== undefined || signedFor(hostname) !== undefined;
  const region = isKnown ? settings.awsRegion : await ask.region(hostname);
  if (!isKnown && region === undefined) return undefined;
  const chosen = { ...(profile && { profile }), ...(region !== undefined && { region }) };
  return { url, authorization: { kind: "aws", ...chosen } };
}

/** Whether a gateway names no issuer, or none that is there. */
const needsIssuer = (failure: unknown): failure is AnyFailure =>
  isFailure(failure, "resource_metadata_missing") || isFailure(failure, "authorization_server_missing");

function refuseTwice(url: string, gateways: Gateways): void {
  const known = gateways.book.byUrl(url);
  if (known) throw new GatewayFailure("already_connected", { name: known.name, url: known.url });
}

/** What to call a gateway: as the administrator has it, else as it was asked for, unless that is another gateway's name. */
function managedName(url: string, wanted: string | undefined, world: ConnectWorld): string {
  const rules = rulesOf(url, world);
  const suggested = suggestedName(new URL(url));
  if (rules.name !== undefined || wanted === undefined) return rules.name ?? suggested;
  try {
    rules.mayBeCalled(wanted);
    return wanted;
  } catch {
    return suggested;
  }
}

/** Editors tell servers apart by their names. */
function freeName(name: string, gateways: Gateways): string {
  const taken = new Set(gateways.book.all.flatMap((connection) => [connection.name, serverNameOf(connection)]));
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if (!taken.has(candidate)) return candidate;
  }
}
