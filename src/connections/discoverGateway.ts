import { GatewayFailure, isFailure } from "../failures/failure.ts";
import type { AskedWorld } from "../lib/askServer.ts";
import { DISCOVERY_TIMEOUT_MS } from "../lib/limits.ts";
import { type AuthorizationServer, findAuthorizationServer } from "../oauth/discovery/authorizationServer.ts";
import { type Challenge, unionOfScopes } from "../oauth/discovery/challenge.ts";
import { type ProbedGateway, probeGateway } from "../oauth/discovery/probeGateway.ts";
import { findProtectedResource, type ProtectedResource } from "../oauth/discovery/protectedResource.ts";
import { issuerToAsk } from "../oauth/identityProviders/entraId.ts";
import { type IdentityProvider, requestScopes } from "../oauth/identityProviders/identityProvider.ts";
import { identityProviderOf } from "../oauth/identityProviders/identityProviders.ts";
import type { ResolvedGateway } from "./resolvedConnection.ts";
import type { GatewaySettings } from "./settings/readGatewaySettings.ts";
import { type WaysOut, wayToGateway } from "./wayToGateway.ts";

/** What a gateway wants of those who connect to it. */
export type DiscoveredGateway =
  | { readonly kind: "open"; readonly url: string }
  | {
      readonly kind: "protected";
      readonly url: string;
      readonly server: AuthorizationServer;
      readonly resource?: string;
      readonly scopes: readonly string[];
      /** How the gateway is used, by the settings at its address. */
      readonly resolved: ResolvedGateway;
    };

/**
 * Goes from an address to everything a sign-in needs: 401, protected-resource metadata (RFC 9728), authorization
 * server (RFC 8414). What the settings say stands in for what the gateway does not say.
 *
 * @throws GatewayFailure of `probeGateway`, `findProtectedResource` and `findAuthorizationServer`,
 *   `authorization_server_missing`, `setting_invalid`
 */
export async function discoverGateway(
  candidates: readonly URL[],
  resolve: (url: string) => ResolvedGateway,
  ways: WaysOut & Pick<AskedWorld, "signal">,
): Promise<DiscoveredGateway> {
  // One limit for all of it: each request has its own too, and there may be a dozen.
  const world = { ...ways, deadline: AbortSignal.timeout(DISCOVERY_TIMEOUT_MS) };
  const gateway = { ...world, fetch: wayToGateway(ways) };
  const probed = await probeGateway(candidates, gateway);
  if (probed.kind === "open") return { kind: "open", url: probed.url.href };
  const resolved = resolve(probed.url.href);
  const { settings } = resolved;
  const metadata = await resourceMetadata(probed, settings, gateway);
  const issuer = settings.issuer ?? metadata?.authorizationServers[0];
  if (issuer === undefined) {
    throw new GatewayFailure("authorization_server_missing", { metadataUrl: metadata?.metadataUrl ?? probed.url.href });
  }
  const server = await findAuthorizationServer(issuerToAsk(issuer), world);
  const provider = identityProviderOf(server, settings.identityProvider);
  const advertised = provider.resource === "refuses" ? undefined : metadata?.resource;
  const resource = settings.resource ?? advertised;
  return {
    kind: "protected",
    url: probed.url.href,
    server,
    ...(typeof resource === "string" && { resource }),
    scopes: scopesToAsk({ settings, wanted: scopesWanted(probed.challenge, metadata), server, provider }),
    resolved,
  };
}

/** A gateway without metadata can still be used when the settings name its issuer. */
async function resourceMetadata(
  { url, challenge }: Extract<ProbedGateway, { kind: "protected" }>,
  settings: GatewaySettings,
  world: AskedWorld,
): Promise<ProtectedResource | undefined> {
  const accepted = typeof settings.resource === "string" ? settings.resource : undefined;
  try {
    return await findProtectedResource(url, challenge?.resourceMetadata, accepted, world);
  } catch (failure) {
    if (settings.issuer !== undefined && isFailure(failure, "resource_metadata_missing")) return undefined;
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
