import { providerSpecificParameters, type SignInOutcome, type SignInWorld } from "../signIn/browserSignIn.ts";
import { scopesOfClient } from "../signIn/clientCredentials.ts";
import { exchangeSignal } from "../signIn/exchangeSignal.ts";
import type { SignInRequest } from "../signIn/signInRequest.ts";
import { toTokenSet } from "../signIn/toTokenSet.ts";
import { requestByWorkload } from "./requestByWorkload.ts";

/**
 * Signs in as a workload, with the token of its platform, no secret and no person.
 *
 * When the token ends, the platform is asked for another: a refresh token that may come is not used.
 *
 * @throws GatewayFailure of `requestByWorkload` and `toTokenSet`
 */
export async function signInAsWorkload(
  request: SignInRequest,
  world: Omit<SignInWorld, "redirect" | "openBrowser">,
): Promise<SignInOutcome> {
  if (world.signal.aborted) return { kind: "cancelled" };
  const { server, client, proofKey, resource, identityProvider, workload: identity } = request;
  if (!identity) throw new Error("a workload signs in without a source of tokens");
  const scopes = scopesOfClient(request.scopes, identityProvider, request.audience);
  const parameters = {
    ...providerSpecificParameters(request),
    ...(scopes.length > 0 && { scope: scopes.join(" ") }),
    ...(resource !== undefined && { resource }),
  };
  const grant = { identity, parameters };
  try {
    const signal = exchangeSignal(world.signal);
    const { subject, ...answer } = await requestByWorkload({ server, client, proofKey }, grant, { ...world, signal });
    const tokens = await toTokenSet({ ...request, scopes, subject }, answer, world);
    world.log.info("signed in as a workload", { issuer: server.issuer, workload: subject });
    return { kind: "signedIn", tokens: { ...tokens, workloadGrant: grant } };
  } catch (error) {
    if (world.signal.aborted) return { kind: "cancelled" };
    throw error;
  }
}
