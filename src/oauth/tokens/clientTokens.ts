import * as oauth from "oauth4webapi";
import type { Fetch } from "../discovery/networkFailure.ts";
import { clientAuthentication } from "./clientAuthentication.ts";
import type { ReadCredential } from "./clientCredential.ts";
import { oauthClient, requestOptions, requestToken } from "./tokenEndpoint.ts";
import type { ClientIdentity } from "./tokenSet.ts";

/**
 * One request with the client credentials grant (RFC 6749, 4.4.2).
 *
 * @throws GatewayFailure of `requestToken` and `clientAuthentication`
 */
export async function requestClientTokens(
  { server, client, parameters }: ClientTokensRequest,
  world: { readonly fetch: Fetch; readonly signal?: AbortSignal; readonly readCredential?: ReadCredential | undefined },
): Promise<oauth.TokenEndpointResponse> {
  const authentication = await clientAuthentication(client, world.readCredential);
  return await requestToken(
    { server, client },
    () =>
      oauth.clientCredentialsGrantRequest(
        server,
        oauthClient(client),
        authentication,
        { ...parameters },
        requestOptions(server, world),
      ),
    (response) => oauth.processClientCredentialsResponse(server, oauthClient(client), response),
    world.signal,
  );
}

export interface ClientTokensRequest {
  readonly server: oauth.AuthorizationServer;
  readonly client: ClientIdentity;
  readonly parameters: Readonly<Record<string, string>>;
}
