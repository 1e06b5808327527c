import { GatewayFailure } from "../../failures/failure.ts";
import { openIdScopes } from "../discovery/challenge.ts";
import type { IdentityProvider } from "../identityProviders/identityProvider.ts";
import { requestByClientCredentials } from "../tokens/tokenRequests.ts";
import { providerSpecificParameters, type SignInOutcome, type SignInWorld } from "./browserSignIn.ts";
import { exchangeSignal } from "./exchangeSignal.ts";
import type { SignInRequest } from "./signInRequest.ts";
import { toTokenSet } from "./toTokenSet.ts";

/**
 * The scopes that a client asks for when it signs in as itself: none about a person, of which there is none, since some
 * providers refuse a request that has them.
 */
export function scopesOfClient(
  scopes: readonly string[],
  provider: IdentityProvider,
  audience: string | undefined,
): readonly string[] {
  const wanted = scopes.filter((scope) => !openIdScopes.has(scope));
  return provider.clientScopes?.(wanted, audience) ?? wanted;
}

/**
 * Signs in as the client itself (RFC 6749, 4.4), with no person and no browser.
 *
 * There is no refresh token (4.4.3): when the token ends, the same is asked again.
 *
 * @throws GatewayFailure of `requestByClientCredentials` and `toTokenSet`; `credential_unreadable` where the client has nothing
 *   to prove itself with, which a typed secret is to a program that cannot read the editor's secrets
 */
export async function signInAsClient(
  request: SignInRequest,
  world: Pick<SignInWorld, "fetch" | "now" | "log" | "signal" | "readCredential">,
): Promise<SignInOutcome> {
  if (world.signal.aborted) return { kind: "cancelled" };
  const { server, client, proofKey, resource, identityProvider } = request;
  // Only a confidential client may do this (RFC 6749, 4.4).
  if (client.authMethod === "none") {
    const reason = "no secret or key of it is known to this program";
    throw new GatewayFailure("credential_unreadable", { source: "the client", reason });
  }
  const scopes = scopesOfClient(request.scopes, identityProvider, request.audience);
  const parameters = {
    ...providerSpecificParameters(request),
    ...(scopes.length > 0 && { scope: scopes.join(" ") }),
    ...(resource !== undefined && { resource }),
  };
  try {
    const signal = exchangeSignal(world.signal);
    const answer = await requestByClientCredentials({ server, client, proofKey }, parameters, { ...world, signal });
    const tokens = await toTokenSet({ ...request, scopes }, answer, world);
    world.log.info("signed in as a client", { issuer: server.issuer, client: client.clientId });
    return { kind: "signedIn", tokens: { ...tokens, clientGrant: { scopes, parameters } } };
  } catch (error) {
    if (world.signal.aborted) return { kind: "cancelled" };
    throw error;
  }
}
