import { isFailure } from "../../failures/failure.ts";
import type { IdentityProvider } from "../../oauth/identityProviders/identityProvider.ts";
import { identityProviderOf } from "../../oauth/identityProviders/identityProviders.ts";
import { type ChosenClient, chooseClient } from "../../oauth/signIn/client.ts";
import { type Authorization, recordedAuthorization } from "../../oauth/signIn/recordedAuthorization.ts";
import { orWrongGuess } from "../discovery/authorizationServerOf.ts";
import type { ProtectedGateway } from "../discovery/discoverGateway.ts";
import { takesMetadataUrl } from "../enterprise/enterpriseFlow.ts";
import { flowAt } from "../resolvedConnection.ts";
import type { SignInToConnectionWorld } from "./signInToConnection.ts";

/** What a person is asked about the client to be at an issuer. Each question answers undefined when they gave up. */
export interface ClientQuestions {
  /** @param redirectUri what has to be registered; undefined for a client that signs in as itself */
  clientId(issuer: string, redirectUri: string | undefined, provider: IdentityProvider): Promise<string | undefined>;
  /** The client's secret or private key. */
  credential(issuer: string, clientId: string): Promise<string | undefined>;
}

/** How to sign in, with what the person has typed for it. */
export interface AskedAuthorization {
  readonly authorization: Extract<Authorization, { kind: "oauth" }>;
  /** The secret or key of the client, to be kept before it is used. */
  readonly credential?: string;
}

type ClientWorld = Pick<SignInToConnectionWorld, "fetch" | "secrets" | "moreGrants" | "signal">;

/**
 * How to sign in at a gateway; asks for a client ID and a secret only where the provider leaves no other choice.
 *
 * @returns undefined where the person gave up
 * @throws GatewayFailure of `chooseClient`
 */
export async function askedAuthorization(
  found: ProtectedGateway,
  ask: ClientQuestions,
  world: ClientWorld,
): Promise<AskedAuthorization | undefined> {
  const { server } = found;
  const client = await clientOf(found, ask, world);
  if (!client) return undefined;
  const { clientId } = client.identity;
  let credential: string | undefined;
  if (client.source === "configured" && client.identity.authMethod === "none" && needsCredential(found)) {
    credential = (await ask.credential(server.issuer, clientId))?.trim();
    if (!credential) return undefined;
  }
  const flow = flowAt(found.resolved, server, client.source !== "registered");
  const authorization = recordedAuthorization(found, client, flow);
  return { authorization, ...(credential !== undefined && { credential }) };
}

function needsCredential({ server, resolved: { settings, flow } }: ProtectedGateway): boolean {
  if (settings.clientAuthentication !== undefined) return settings.clientAuthentication !== "none";
  const { token_endpoint_auth_methods_supported: methods = ["client_secret_basic"] } = server;
  // A client that a company is to name is a confidential one in most places, where nothing else is offered (RFC 8414, 2).
  if (flow === "enterprise") return !methods.includes("none");
  return flow === "clientCredentials" || identityProviderOf(server, settings.identityProvider).needsSecret;
}

async function clientOf(
  { server, guessed, resolved: { settings, flow, redirect } }: ProtectedGateway,
  ask: ClientQuestions,
  world: ClientWorld,
): Promise<ChosenClient | undefined> {
  const { uris: redirectUris } = redirect;
  const asTyped = async (redirectUri: string | undefined) => {
    const provider = identityProviderOf(server, settings.identityProvider);
    const clientId = (await ask.clientId(server.issuer, redirectUri, provider))?.trim();
    return clientId ? await chooseClient({ server, settings, redirectUris, clientId, flow }, world) : undefined;
  };
  // Nobody becomes a machine by registering, or is known to their company by it: an administrator has to know the client.
  const mustBeKnown = flow === "clientCredentials" || (flow === "enterprise" && !takesMetadataUrl(server, settings));
  if (mustBeKnown && settings.clientId === undefined) return await asTyped(undefined);
  try {
    return await orWrongGuess(guessed, () => chooseClient({ server, settings, redirectUris, flow }, world));
  } catch (failure) {
    if (isFailure(failure, "client_id_needed")) return await asTyped(failure.facts.redirectUri);
    // Okta, Keycloak and Auth0 name an endpoint at which only their administrators may register.
    if (!isFailure(failure, "registration_refused")) throw failure;
    const typed = await asTyped(redirectUris[0]);
    if (typed) return typed;
    throw failure;
  }
}
