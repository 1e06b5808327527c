import { parseGatewayAddress } from "../../src/connections/gatewayUrl.ts";
import { findAuthorizationServer } from "../../src/oauth/discovery/authorizationServer.ts";
import { probeGateway } from "../../src/oauth/discovery/probeGateway.ts";
import { findProtectedResource } from "../../src/oauth/discovery/protectedResource.ts";
import { identityProviderOf } from "../../src/oauth/identityProviders/identityProviders.ts";
import { signInByBrowser } from "../../src/oauth/signIn/browserSignIn.ts";
import { chooseClient } from "../../src/oauth/signIn/client.ts";
import type { TokenSet } from "../../src/oauth/tokens/tokenSet.ts";
import { FakeRedirect, MemorySecrets, recordingLog } from "./fakePorts.ts";
import { type SignInAnswers, signInByHttp } from "./signInByHttp.ts";

export interface CoreSignInOptions {
  readonly clientId?: string;
  readonly resource?: string | false;
  readonly audience?: string;
  readonly answers?: SignInAnswers;
}

/**
 * The way from a gateway's address to tokens with the extension's own parts, against real servers. The browser is
 * `signInByHttp`; the redirect is the one thing that is not real, so that no port has to be free.
 *
 * @throws GatewayFailure of whichever part refuses to go on
 */
export async function coreSignIn(gatewayUrl: string, options: CoreSignInOptions = {}): Promise<TokenSet> {
  const world = { fetch, signal: new AbortController().signal };
  const address = parseGatewayAddress(gatewayUrl);
  const probed = await probeGateway(address.kind === "url" ? address.candidates : [], world);
  if (probed?.kind !== "protected") throw new Error("the gateway asks nobody to sign in");
  const { challenge, url } = probed;
  const resource = await findProtectedResource({ gateway: url, advertised: challenge?.resourceMetadata }, world);
  const server = await findAuthorizationServer(resource.authorizationServers[0] ?? "", world);
  const redirect = new FakeRedirect();
  const choice = { server, settings: {}, redirectUris: redirect.uris, clientId: options.clientId };
  const client = await chooseClient(choice, { ...world, secrets: new MemorySecrets() });
  const indicator = options.resource === undefined ? resource.resource : options.resource;
  const outcome = await signInByBrowser(
    {
      gateway: url.href,
      identityProvider: identityProviderOf(server),
      flow: "browser",
      bearerToken: "access",
      server,
      client: client.identity,
      scopes: [...(challenge?.scopes ?? []), "openid", "profile", "offline_access"],
      ...(indicator !== false && { resource: indicator }),
      ...(options.audience !== undefined && { audience: options.audience }),
    },
    {
      ...world,
      redirect,
      now: Date.now,
      log: recordingLog(),
      timeoutMs: 5_000,
      async openBrowser(authorizationUrl) {
        const { landed } = await signInByHttp(authorizationUrl, options.answers);
        await redirect.arrive(landed);
        return true;
      },
    },
  );
  if (outcome.kind !== "signedIn") throw new Error(`the sign-in ended as ${outcome.kind}`);
  return outcome.tokens;
}
