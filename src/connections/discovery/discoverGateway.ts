import { awsFailure } from "../../agentcore/refusals.ts";
import { whereOffered } from "../../agentcore/whereOffered.ts";
import { isFailure } from "../../failures/failure.ts";
import type { AskedWorld } from "../../lib/askServer.ts";
import { DISCOVERY_TIMEOUT_MS } from "../../lib/limits.ts";
import type { AuthorizationServer } from "../../oauth/discovery/authorizationServer.ts";
import { type Challenge, unionOfScopes } from "../../oauth/discovery/challenge.ts";
import type { MayAskPrivate } from "../../oauth/discovery/namedPlace.ts";
import { probeGateway } from "../../oauth/discovery/probeGateway.ts";
import { type ProofOffer, proofOffer } from "../../oauth/discovery/proofOffer.ts";
import { findProtectedResource, type ProtectedResource } from "../../oauth/discovery/protectedResource.ts";
import { isPassing } from "../../oauth/discovery/serverDown.ts";
import { type IdentityProvider, requestScopes } from "../../oauth/identityProviders/identityProvider.ts";
import { identityProviderOf } from "../../oauth/identityProviders/identityProviders.ts";
import { isMachineFlow } from "../../oauth/signIn/signInFlow.ts";
import { freeRules } from "../../policy/policy.ts";
import { fetchToGateway, type OutgoingFetch } from "../fetchToGateway.ts";
import { flowAt, type ResolvedGateway } from "../resolvedConnection.ts";
import type { GatewaySettings } from "../settings/readGatewaySettings.ts";
import { acceptedResource } from "./acceptedResource.ts";
import { firstToServe, type OwnAuthorizationServer, ownAuthorizationServer } from "./authorizationServerOf.ts";

/** What a gateway wants of those who connect to it. */
export type DiscoveredGateway = { readonly kind: "open"; readonly url: string } | ProtectedGateway;

/** A gateway that asks for a sign-in, and where. */
export interface ProtectedGateway extends Pick<OwnAuthorizationServer, "guessed"> {
  readonly kind: "protected";
  readonly url: string;
  readonly server: AuthorizationServer;
  readonly resource?: string;
  readonly scopes: readonly string[];
  /** Whether it takes tokens that are bound to a key (RFC 9449), where it says so. */
  readonly proof?: ProofOffer;
  /** How the gateway is used, by the settings at its address. */
  readonly resolved: ResolvedGateway;
}

/**
 * Goes from an address to everything a sign-in needs: 401, protected-resource metadata (RFC 9728), authorization
 * server (RFC 8414). What the settings say stands in for what the gateway does not say.
 *
 * @throws GatewayFailure of `probeGateway`, `region_not_offered`, those of `findProtectedResource` and `findAuthorizationServer`,
 *   `authorization_server_missing`, `setting_invalid`
 */
export async function discoverGateway(
  candidates: readonly URL[],
  resolve: (url: string) => ResolvedGateway,
  outgoing: OutgoingFetch & Pick<AskedWorld, "signal">,
): Promise<DiscoveredGateway> {
  // One limit for all of it: each request has its own too, and there may be a dozen.
  let deadline = AbortSignal.timeout(DISCOVERY_TIMEOUT_MS);
  const mayAskPrivate: MayAskPrivate = async (asked) => {
    const answer = (await outgoing.mayAskPrivate?.(asked)) ?? false;
    // People take longer to decide than servers may.
    deadline = AbortSignal.timeout(DISCOVERY_TIMEOUT_MS);
    return answer;
  };
  const world = {
    ...outgoing,
    mayAskPrivate,
    get deadline() {
      return deadline;
    },
  };
  const probing = probeGateway(candidates, {
    ...world,
    fetch: fetchToGateway(outgoing, candidates),
    ruleOf: awsFailure,
  });
  const probed = await probing.catch((failure: unknown) => {
    throw whereOffered(failure);
  });
  if (probed.kind === "open") return { kind: "open", url: probed.url.href };
  return await discoverSignIn({ ...probed, resolved: resolve(probed.url.href) }, world);
}

/** A gateway that asks for a sign-in, as far as it is known before its metadata is read. */
export interface AskedSignIn {
  readonly url: URL;
  /** What it said when it asked for one. */
  readonly challenge: Challenge | undefined;
  readonly resolved: ResolvedGateway;
}

/** What discovery sends by, with its limits. */
export type DiscoveryWorld = OutgoingFetch & Omit<AskedWorld, "fetch">;

/**
 * The issuers that a gateway names, but for one that is set, which stands in for them. A gateway without metadata names none.
 *
 * @throws GatewayFailure of `findProtectedResource`
 */
export async function namedIssuers(
  { resolved: { settings }, ...gateway }: AskedSignIn,
  world: DiscoveryWorld,
): Promise<readonly string[]> {
  if (settings.issuer !== undefined) return [settings.issuer];
  const metadata = await resourceMetadata(gateway, settings, { ...world, fetch: fetchToGateway(world, gateway.url) });
  return "tried" in metadata ? [] : metadata.authorizationServers;
}

/**
 * Where to sign in at a gateway that asks for it, and for what.
 *
 * @throws GatewayFailure of `findProtectedResource`, `firstToServe`, `ownAuthorizationServer` and `flowAt`
 */
export async function discoverSignIn(
  { url, challenge, resolved }: AskedSignIn,
  world: DiscoveryWorld,
): Promise<ProtectedGateway> {
  const { settings } = resolved;
  const gateway = { ...world, fetch: fetchToGateway(world, url) };
  const metadata = await resourceMetadata({ url, challenge }, settings, gateway);
  const { server, guessed } = await authorizationServer({ url, challenge, resolved }, metadata, { world, gateway });
  const provider = identityProviderOf(server, settings.identityProvider);
  const named = "tried" in metadata ? undefined : metadata;
  const advertised = provider.resource === "refuses" ? undefined : named?.resource;
  const resource = settings.resource ?? advertised;
  const proof = proofOffer(challenge, named);
  const wanted = scopesWanted(challenge, named);
  return {
    kind: "protected",
    url: url.href,
    server,
    ...(typeof resource === "string" && { resource }),
    ...(proof !== undefined && { proof }),
    scopes: scopesToAsk({
      ...{ settings, server, provider },
      wanted: wanted.length > 0 ? wanted : (resolved.knownScopes ?? []),
    }),
    resolved: { ...resolved, flow: flowAt(resolved, server) },
    ...(guessed && { guessed }),
  };
}

/** Where metadata was looked for in vain, and why, where nothing answered at any place. */
interface Missing {
  readonly tried: readonly string[];
  readonly unanswered: unknown;
}

/** Where to sign in: what the settings name, else what the gateway names, else where gateways without metadata have it. */
async function authorizationServer(
  { url, challenge, resolved: { settings, flow, rules = freeRules } }: AskedSignIn,
  metadata: ProtectedResource | Missing,
  { world, gateway }: { readonly world: DiscoveryWorld & AskedWorld; readonly gateway: AskedWorld },
): Promise<OwnAuthorizationServer> {
  const { issuer, clientId } = settings;
  const mayAskPrivate: MayAskPrivate = async (asked) =>
    rules.vouchesFor(asked.issuer) || ((await world.mayAskPrivate?.(asked)) ?? false);
  if (issuer !== undefined) return { server: await firstToServe([issuer], { settings, metadataUrl: url.href }, world) };
  if (!("tried" in metadata)) {
    const { authorizationServers, metadataUrl } = metadata;
    const [first] = authorizationServers;
    const allowed = authorizationServers.filter((one) => rules.allowsIssuer(one));
    // Nothing is asked of an issuer at which nobody may sign in.
    if (allowed.length === 0 && first !== undefined) rules.maySignIn({ kind: undefined, issuer: first, settings: {} });
    const named = { settings, metadataUrl, namedBy: url, mayAskPrivate };
    return { server: await firstToServe(allowed, named, world) };
  }
  const { unanswered } = metadata;
  // It does not say now where to sign in, and may name an issuer elsewhere once it can.
  if (isFailure(unanswered, "gateway_error") && isPassing(unanswered.facts.status)) throw unanswered;
  // Only a registration shows that the default names are right, and who speaks of metadata has none of these names.
  const mayGuess = clientId === undefined && !isMachineFlow(flow) && challenge?.resourceMetadata === undefined;
  return await ownAuthorizationServer(
    url,
    { ...metadata, mayGuess, mayAskPrivate },
    { toGateway: gateway, toIssuer: world },
  );
}

/** What a gateway says about itself, or where that was looked for: one that says nothing can still be used. */
async function resourceMetadata(
  { url, challenge }: Pick<AskedSignIn, "url" | "challenge">,
  settings: GatewaySettings,
  world: AskedWorld,
): Promise<ProtectedResource | Missing> {
  try {
    return await findProtectedResource(
      { gateway: url, advertised: challenge?.resourceMetadata, acceptedResource: acceptedResource(url, settings) },
      world,
    );
  } catch (failure) {
    if (isFailure(failure, "resource_metadata_missing")) {
      return { tried: failure.facts.tried, unanswered: failure.cause };
    }
    throw failure;
  }
}

/** The scopes that a gateway wants: what its challenge names, else all that its metadata names (MCP 2025-11-25, scope selection). */
export function scopesWanted(
  challenge: Challenge | undefined,
  metadata: ProtectedResource | undefined,
): readonly string[] {
  const challenged = challenge?.scopes ?? [];
  return challenged.length > 0 ? challenged : (metadata?.scopesSupported ?? []);
}

/**
 * Which scopes to ask for: those that were configured, else those that the gateway wants, spelled as the provider takes
 * them. Scopes that bring a name to show and a refresh token are added as far as the provider has them.
 */
export function scopesToAsk({ settings, wanted, server, provider }: ScopeChoice): readonly string[] {
  const { scopes: configured, audience } = settings;
  if (configured) return configured;
  const spelled = requestScopes(provider, wanted, audience);
  const offered = server.scopes_supported ?? [];
  const aboutPeople = provider.scopesAboutPeople.filter((scope) => offered.includes(scope));
  return unionOfScopes(spelled, aboutPeople, asksOfflineAccess(provider, offered) ? ["offline_access"] : []);
}

/** What the scopes of a sign-in depend on. */
export interface ScopeChoice {
  readonly settings: GatewaySettings;
  /** The scopes that the gateway wants. */
  readonly wanted: readonly string[];
  readonly server: Pick<AuthorizationServer, "scopes_supported">;
  readonly provider: IdentityProvider;
}

function asksOfflineAccess({ offlineAccess }: IdentityProvider, offered: readonly string[]): boolean {
  switch (offlineAccess) {
    case "always":
      return true;
    case "listed":
      return offered.includes("offline_access");
    case "never":
      return false;
  }
}
