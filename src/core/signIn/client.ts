import * as oauth from "oauth4webapi";
import { type GatewaySettings, type RedirectSettings, redirectUri } from "../connection/gatewaySettings.ts";
import type { AuthorizationServer } from "../discovery/authorizationServer.ts";
import { type Fetch, networkReason } from "../discovery/networkFailure.ts";
import { GatewayFailure } from "../failure.ts";
import { errorCode, requestOptions } from "../tokens/tokenEndpoint.ts";
import { type ClientIdentity, sha256Hex } from "../tokens/tokenSet.ts";
import type { SecretStore } from "../tokens/tokenStore.ts";

/** The client this editor is at an issuer. */
export interface ChosenClient {
  readonly source: "configured" | "metadataDocument" | "registered";
  readonly identity: ClientIdentity;
}

/**
 * Which client to be, in the order of the MCP specification (2026-07-28, client registration): configured, client ID
 * metadata document, dynamic registration (RFC 7591), asked for.
 *
 * A registration is kept per issuer and never used at another one; it is made anew when the redirect URIs changed.
 *
 * @param typed a client ID the person has just entered
 * @throws GatewayFailure `client_id_needed` with the redirect URI to register, `registration_refused`,
 *   `endpoint_insecure`
 */
export async function chooseClient(
  server: AuthorizationServer,
  settings: GatewaySettings,
  typed: string | undefined,
  world: { readonly fetch: Fetch; readonly secrets: SecretStore; readonly signal?: AbortSignal },
): Promise<ChosenClient> {
  const configured = typed ?? settings.clientId;
  if (configured) return { source: "configured", identity: publicClient(configured) };
  if (settings.clientMetadataUrl && server.client_id_metadata_document_supported === true) {
    return { source: "metadataDocument", identity: publicClient(settings.clientMetadataUrl) };
  }
  if (server.registration_endpoint) {
    return { source: "registered", identity: await registered(server, settings.redirect, world) };
  }
  throw new GatewayFailure("client_id_needed", {
    issuer: server.issuer,
    redirectUri: redirectUri(settings.redirect, settings.redirect.ports[0] ?? 0),
  });
}

const publicClient = (clientId: string): ClientIdentity => ({ clientId, authMethod: "none" });

interface Registration {
  readonly issuer: string;
  readonly redirectUris: readonly string[];
  readonly identity: ClientIdentity;
}

const registrationKey = async (issuer: string): Promise<string> => `client:${(await sha256Hex(issuer)).slice(0, 24)}`;

/** Forgets a registration that the issuer no longer knows, so that the next sign-in makes a new one. */
export async function forgetRegistration(issuer: string, secrets: SecretStore): Promise<void> {
  await secrets.delete(await registrationKey(issuer));
}

async function registered(
  server: AuthorizationServer,
  redirect: RedirectSettings,
  world: { readonly fetch: Fetch; readonly secrets: SecretStore; readonly signal?: AbortSignal },
): Promise<ClientIdentity> {
  const redirectUris = redirect.ports.map((port) => redirectUri(redirect, port));
  const key = await registrationKey(server.issuer);
  const stored = readRegistration(await world.secrets.get(key));
  if (stored?.issuer === server.issuer && redirectUris.every((uri) => stored.redirectUris.includes(uri))) {
    return stored.identity;
  }
  const identity = await register(server, redirectUris, world);
  await world.secrets.store(key, JSON.stringify({ issuer: server.issuer, redirectUris, identity }));
  return identity;
}

function readRegistration(text: string | undefined): Registration | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Registration;
  } catch {
    return undefined;
  }
}

async function register(
  server: AuthorizationServer,
  redirectUris: readonly string[],
  world: { readonly fetch: Fetch; readonly signal?: AbortSignal },
): Promise<ClientIdentity> {
  const refused = (status: number, error: string) =>
    new GatewayFailure("registration_refused", { issuer: server.issuer, status, error });
  let response: Response;
  try {
    response = await oauth.dynamicClientRegistrationRequest(
      server,
      {
        client_name: "Gateway Connect",
        // A native application: loopback redirect, no secret it could keep (RFC 8252, 8.4 and 8.5).
        application_type: "native",
        redirect_uris: [...redirectUris],
        grant_types: ["authorization_code", "refresh_token"],
        response_types: ["code"],
        token_endpoint_auth_method: "none",
      },
      requestOptions(server, world),
    );
  } catch (error) {
    world.signal?.throwIfAborted();
    throw new GatewayFailure("token_endpoint_unreachable", {
      issuer: server.issuer,
      reason: networkReason(error).text,
    });
  }
  const { status } = response;
  try {
    const client = await oauth.processDynamicClientRegistrationResponse(response);
    const secret = typeof client.client_secret === "string" ? client.client_secret : undefined;
    if (secret === undefined) return publicClient(client.client_id);
    return {
      clientId: client.client_id,
      clientSecret: secret,
      authMethod:
        client.token_endpoint_auth_method === "client_secret_post" ? "client_secret_post" : "client_secret_basic",
    };
  } catch (error) {
    throw refused(status, error instanceof oauth.ResponseBodyError ? errorCode(error.error) : "an unreadable answer");
  }
}
