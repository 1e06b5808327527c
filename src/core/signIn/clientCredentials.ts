import * as oauth from "oauth4webapi";
import { clientAuthentication, oauthClient, requestOptions, requestToken } from "../tokens/tokenEndpoint.ts";
import { obtainedTokens } from "./obtainedTokens.ts";
import type { SignInOutcome, SignInRequest, SignInWorld } from "./signIn.ts";

/** Scopes about a person, of which there is none here; some providers refuse a request that has them. */
const aboutPeople = new Set(["openid", "profile", "email", "offline_access"]);

/**
 * Signs in as the client itself (RFC 6749, 4.4), with no person and no browser.
 *
 * There is no refresh token (4.4.3): when the token ends, this is done again.
 *
 * @throws GatewayFailure of `requestToken` and `obtainedTokens`
 */
export async function signInAsClient(
  request: SignInRequest,
  world: Pick<SignInWorld, "fetch" | "now" | "log" | "signal">,
): Promise<SignInOutcome> {
  if (world.signal.aborted) return { kind: "cancelled" };
  const { server, client, resource } = request;
  const scopes = request.scopes.filter((scope) => !aboutPeople.has(scope));
  const parameters = {
    ...(scopes.length > 0 && { scope: scopes.join(" ") }),
    ...(resource !== undefined && { resource }),
  };
  try {
    const answer = await requestToken(
      server,
      () =>
        oauth.clientCredentialsGrantRequest(
          server,
          oauthClient(client),
          clientAuthentication(client),
          parameters,
          requestOptions(server, world),
        ),
      (response) => oauth.processClientCredentialsResponse(server, oauthClient(client), response),
      world.signal,
    );
    const tokens = await obtainedTokens({ ...request, scopes }, answer, world);
    world.log.info("signed in as a client", { issuer: server.issuer, client: client.clientId });
    return { kind: "signedIn", tokens };
  } catch (error) {
    if (world.signal.aborted) return { kind: "cancelled" };
    throw error;
  }
}
