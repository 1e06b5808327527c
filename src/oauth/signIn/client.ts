import { GatewayFailure } from "../../failures/failure.ts";
import type { HttpFetch } from "../../lib/httpPort.ts";
import { parseUrl } from "../../lib/secureUrl.ts";
import { metadataAddress } from "../clientMetadata/checkClientMetadata.ts";
import { metadataUrlAt } from "../clientMetadata/ownClientMetadata.ts";
import type { AuthorizationServer } from "../discovery/authorizationServer.ts";
import type { IdentityProvider } from "../identityProviders/identityProvider.ts";
import { identityProviderOf } from "../identityProviders/identityProviders.ts";
import { type CredentialSource, credentialKey, storedCredentialKind } from "../tokens/clientCredential.ts";
import { type ClientAuthMethod, type ClientIdentity, nobody } from "../tokens/clientIdentity.ts";
import type { SecretStore } from "../tokens/secretStore.ts";
import type { ClientSettings } from "./clientSettings.ts";
import { keepRegistration, readRegistration } from "./keptRegistration.ts";
import type { Redirect } from "./redirect.ts";
import { publicClient, register } from "./registration.ts";
import type { SignInFlow } from "./signInFlow.ts";

/** The client this editor is at an issuer. */
export interface ChosenClient {
  readonly source: "configured" | "metadataDocument" | "registered";
  readonly identity: ClientIdentity;
}

/** What only a program knows that is started with it. */
export interface ClientOptions {
  /** The secret of the configured client; without it that client is a public one. */
  readonly clientSecret?: string;
  /** Grants to register for besides the authorization code, where the provider offers them. */
  readonly moreGrants?: readonly string[];
  /** Where our own client ID metadata document is, other than the build was told. */
  readonly ownMetadataUrl?: string;
}

/**
 * Which client to be, in the order of the MCP specification (2026-07-28, client registration): configured, client ID
 * metadata document, dynamic registration (RFC 7591), asked for.
 *
 * A registration is kept per issuer and never used at another one; it is made anew when the redirect URIs changed.
 *
 * @throws GatewayFailure `client_id_needed` with the redirect URI to register, `registration_refused`,
 *   `endpoint_insecure`, `client_metadata_address_refused`
 */
export async function chooseClient(
  { server, settings, redirectUris, clientId, flow }: ClientChoice,
  world: ClientWorld,
): Promise<ChosenClient> {
  const configured = clientId ?? settings.clientId;
  // A workload needs no client (RFC 7521, 4.1), and none is registered for it.
  if (flow === "workloadIdentity" && !configured) return { source: "configured", identity: nobody };
  if (configured) {
    return { source: "configured", identity: await configuredClient(configured, { server, settings }, world) };
  }
  const metadataUrl = metadataUrlAt(server, settings, redirectUris, world.ownMetadataUrl);
  if (metadataUrl) {
    // It is the client's name, and the provider fetches it: https only (client ID metadata document, 3).
    if (parseUrl(metadataUrl)?.protocol !== "https:") {
      throw new GatewayFailure("endpoint_insecure", { name: "clientMetadataUrl", url: metadataUrl });
    }
    return { source: "metadataDocument", identity: publicClient(metadataAddress(metadataUrl)) };
  }
  if (server.registration_endpoint) {
    return { source: "registered", identity: await registered(server, redirectUris, world) };
  }
  throw new GatewayFailure("client_id_needed", { issuer: server.issuer, redirectUri: redirectUris[0] });
}

/** What a client is chosen by. */
export interface ClientChoice {
  readonly server: AuthorizationServer;
  readonly settings: ClientSettings;
  readonly redirectUris: Redirect["uris"];
  /** A client ID that the person has entered. It goes before that of the settings. */
  readonly clientId?: string | undefined;
  /** How it signs in; by default in a way that takes a client. */
  readonly flow?: SignInFlow;
}

interface ClientWorld extends ClientOptions {
  readonly fetch: HttpFetch;
  readonly secrets: SecretStore;
  readonly signal?: AbortSignal;
}

/** The client whose ID is known beforehand, with the secret or key that goes with it. */
async function configuredClient(
  clientId: string,
  { server, settings }: Pick<ClientChoice, "server" | "settings">,
  { clientSecret, secrets }: ClientWorld,
): Promise<ClientIdentity> {
  if (settings.clientAuthentication === "none") return publicClient(clientId);
  if (clientSecret !== undefined) {
    return { clientId, clientSecret, authMethod: settings.clientAuthentication ?? secretMethod(server) };
  }
  const known = await credentialOf({ clientId, issuer: server.issuer }, settings, secrets);
  if (!known) return publicClient(clientId);
  const { credential, isKey } = known;
  if (!isKey) return { clientId, credential, authMethod: settings.clientAuthentication ?? secretMethod(server) };
  const provider = identityProviderOf(server, settings.identityProvider);
  return { clientId, credential, authMethod: "private_key_jwt", assertion: assertionOf(provider, settings.keyId) };
}

const assertionOf = (provider: IdentityProvider, keyId: string | undefined) => ({
  keyHeader: provider.keyHeader,
  audience: provider.assertionAudience,
  algorithm: provider.assertionAlgorithm,
  ...(keyId !== undefined && { keyId }),
});

/** What the settings name comes first; else what a person typed for this client. */
async function credentialOf(
  { clientId, issuer }: { readonly clientId: string; readonly issuer: string },
  { clientSecret, privateKey }: ClientSettings,
  secrets: SecretStore,
): Promise<{ readonly credential: CredentialSource; readonly isKey: boolean } | undefined> {
  if (privateKey) return { credential: privateKey, isKey: true };
  if (clientSecret) return { credential: clientSecret, isKey: false };
  const key = await credentialKey(issuer, clientId);
  const kind = await storedCredentialKind(key, secrets);
  return kind && { credential: { kind: "secretStorage", key }, isKey: kind === "privateKey" };
}

/** Every provider must take Basic (RFC 6749, 2.3.1); some say that they take the secret in the form only. */
function secretMethod(server: AuthorizationServer): ClientAuthMethod {
  const methods: unknown = server.token_endpoint_auth_methods_supported;
  const offered = Array.isArray(methods) ? methods : ["client_secret_basic"];
  const inForm = !offered.includes("client_secret_basic") && offered.includes("client_secret_post");
  return inForm ? "client_secret_post" : "client_secret_basic";
}

async function registered(
  server: AuthorizationServer,
  redirectUris: Redirect["uris"],
  world: ClientWorld,
): Promise<ClientIdentity> {
  const stored = await readRegistration(server.issuer, world.secrets);
  if (stored && redirectUris.every((uri) => stored.redirectUris.includes(uri))) {
    return stored.identity;
  }
  const identity = await register(server, { redirectUris, moreGrants: world.moreGrants ?? [] }, world);
  await keepRegistration({ issuer: server.issuer, redirectUris, identity }, world.secrets);
  return identity;
}
