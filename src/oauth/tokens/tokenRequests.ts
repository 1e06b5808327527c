import * as oauth from "oauth4webapi";
import { isFailure } from "../../failures/failure.ts";
import type { HttpFetch } from "../../lib/httpPort.ts";
import { isResourceRefusal } from "../identityProviders/resourceRefusal.ts";
import { isScopeRefusal } from "../identityProviders/scopeRefusal.ts";
import { clientAuthentication } from "./clientAuthentication.ts";
import type { ReadCredential } from "./clientCredential.ts";
import { type GrantedTokens, membersOf, readTokens } from "./idToken.ts";
import { proofsWith } from "./proofs.ts";
import {
  type AskedEndpoint,
  askingOnce,
  oauthClient,
  readingServer,
  requestToken,
  type TokenRequest,
  whenServed,
} from "./tokenEndpoint.ts";

/** What a request for tokens needs of the world around it. */
export interface GrantWorld {
  readonly fetch: HttpFetch;
  readonly signal?: AbortSignal | undefined;
  readonly readCredential?: ReadCredential | undefined;
  /** Told of a refresh token that has come, before anything else about its answer is judged: the one before may be spent. */
  readonly onRefreshToken?: (refreshToken: string) => void;
}

/** What the browser came back with. */
export interface ObtainedCode {
  /** As `oauth.validateAuthResponse` returns them. */
  readonly parameters: URLSearchParams;
  readonly redirectUri: string;
  /** The verifier of PKCE (RFC 7636, 4.1). */
  readonly verifier: string;
  readonly resource: string | undefined;
  /** What an ID token has to have, where one was asked for (OpenID Connect Core, 3.1.2.1). */
  readonly nonce: string | undefined;
}

/**
 * The authorization code grant (RFC 6749, 4.1.3).
 *
 * @throws GatewayFailure of `requestToken` and `clientAuthentication`
 */
export const requestByCode = (
  asked: AskedEndpoint,
  { parameters, redirectUri, verifier, resource, nonce }: ObtainedCode,
  world: GrantWorld,
) =>
  granted(asked, world, {
    nonce,
    send: ({ server, client, authentication, options }) =>
      oauth.authorizationCodeGrantRequest(server, client, authentication, parameters, redirectUri, verifier, {
        ...options,
        additionalParameters: withResource(resource),
      }),
    read: (server, client, answer, expected) =>
      oauth.processAuthorizationCodeResponse(server, client, answer, {
        ...(expected !== undefined && { expectedNonce: expected }),
      }),
  });

/**
 * The device code grant (RFC 8628, 3.4), asked once: whoever asks waits between requests.
 *
 * @throws GatewayFailure of `requestToken` and `clientAuthentication`
 */
export const requestByDeviceCode = (
  asked: AskedEndpoint,
  { deviceCode, resource }: { readonly deviceCode: string; readonly resource: string | undefined },
  world: GrantWorld,
) =>
  granted(asked, world, {
    send: ({ server, client, authentication, options }) =>
      oauth.deviceCodeGrantRequest(server, client, authentication, deviceCode, {
        ...options,
        additionalParameters: withResource(resource),
      }),
    read: (server, client, answer) => oauth.processDeviceCodeResponse(server, client, answer),
  });

/**
 * The client credentials grant (RFC 6749, 4.4.2).
 *
 * @throws GatewayFailure of `requestToken` and `clientAuthentication`
 */
export const requestByClientCredentials = (
  asked: AskedEndpoint,
  parameters: Readonly<Record<string, string>>,
  world: GrantWorld,
) =>
  granted(asked, world, {
    send: ({ server, client, authentication, options }) =>
      oauth.clientCredentialsGrantRequest(server, client, authentication, { ...parameters }, options),
    read: (server, client, answer) => oauth.processClientCredentialsResponse(server, client, answer),
  });

/**
 * A grant that is an assertion of somebody else's (RFC 7521, 4.1; RFC 8693, 2.1). Its parameters have the assertion, so that
 * they go nowhere but into this request.
 *
 * @throws GatewayFailure of `requestToken` and `clientAuthentication`
 */
export const requestByAssertion = (
  asked: AskedEndpoint,
  { grantType, parameters }: { readonly grantType: string; readonly parameters: Readonly<Record<string, string>> },
  world: GrantWorld,
) =>
  granted(asked, world, {
    send: ({ server, client, authentication, options }) =>
      oauth.genericTokenEndpointRequest(server, client, authentication, grantType, { ...parameters }, options),
    read: (server, client, answer) => oauth.processGenericTokenEndpointResponse(server, client, answer),
  });

/** What a renewal asks with. */
export interface Renewal {
  readonly refreshToken: string;
  readonly resource: string | undefined;
  /** As the sign-in asked for them. */
  readonly scopes: readonly string[];
  /** Whether the provider wanted them to be named the last time. */
  readonly namesScopes: boolean;
}

/**
 * The refresh token grant (RFC 6749, 6). Scopes are not named at first: a provider may call those it granted otherwise than
 * those it takes (Entra's AADSTS70011). Where that is refused it is asked the other way.
 *
 * @returns the tokens, and whether the scopes were named
 * @throws GatewayFailure of `requestToken` and `clientAuthentication`
 */
export async function requestByRefreshToken(
  asked: AskedEndpoint,
  { refreshToken, resource, scopes, namesScopes }: Renewal,
  world: GrantWorld,
): Promise<GrantedTokens & { readonly namesScopes: boolean }> {
  const refresh = (additionalParameters: Record<string, string>) =>
    granted(asked, world, {
      send: ({ server, client, authentication, options }) =>
        oauth.refreshTokenGrantRequest(server, client, authentication, refreshToken, {
          ...options,
          additionalParameters,
        }),
      read: (server, client, answer) => oauth.processRefreshTokenResponse(server, client, answer),
    });
  const inOneWay = async (named: boolean) => {
    const scope: Record<string, string> = named ? { scope: scopes.join(" ") } : {};
    // The resource was granted with the refresh token, and asking without it changes nothing (RFC 8707, 2.2).
    const tokens = await refresh({ ...withResource(resource), ...scope }).catch((failure: unknown) => {
      if (resource !== undefined && isResourceRefusal(failure)) return refresh(scope);
      throw failure;
    });
    return { ...tokens, namesScopes: named };
  };
  try {
    return await inOneWay(namesScopes);
  } catch (failure) {
    if (scopes.length === 0 || !isScopeRefusal(failure)) throw failure;
    // The first reason is the one to tell: the second may be about what was only tried.
    return await inOneWay(!namesScopes).catch(() => {
      throw failure;
    });
  }
}

/** One grant, as oauth4webapi has it. */
interface Grant {
  readonly send: (request: GrantRequest) => Promise<Response>;
  readonly read: (
    server: oauth.AuthorizationServer,
    client: oauth.Client,
    answer: Response,
    nonce: string | undefined,
  ) => Promise<oauth.TokenEndpointResponse>;
  readonly nonce?: string | undefined;
}

interface GrantRequest {
  readonly server: oauth.AuthorizationServer;
  readonly client: oauth.Client;
  readonly authentication: oauth.ClientAuth;
  readonly options: ReturnType<typeof askingOnce> & { readonly DPoP?: oauth.DPoPHandle };
}

/**
 * What all grants have in common: who the client is, the proof of the key that the tokens are to be bound to, and what the
 * answer may be. Where the provider wants its nonce in the proof (RFC 9449, 8), it is asked once more, newly signed.
 */
async function granted(asked: AskedEndpoint, world: GrantWorld, { send, read, nonce }: Grant): Promise<GrantedTokens> {
  const { server } = asked;
  const client = oauthClient(asked.client);
  const authentication = await clientAuthentication(asked.client, world.readCredential);
  const proofs = asked.proofKey && (await proofsWith(asked.proofKey));
  const options = { ...askingOnce(server, world), ...(proofs && { DPoP: proofs }) };
  const request: TokenRequest = {
    send: () => whenServed(() => send({ server, client, authentication, options }), world.signal),
    async read(answer) {
      const { refresh_token: refreshToken, id_token: idToken } = await membersOf(answer);
      if (typeof refreshToken === "string") world.onRefreshToken?.(refreshToken);
      const from = readingServer(server, idToken);
      return await readTokens(answer, (one, expected) => read(from, client, one, expected), nonce);
    },
  };
  try {
    return await requestToken(asked, request, world.signal);
  } catch (failure) {
    const asksForNonce = isFailure(failure, "token_refused") && failure.facts.error === "use_dpop_nonce";
    if (!proofs || !asksForNonce) throw failure;
    return await requestToken(asked, request, world.signal);
  }
}

const withResource = (resource: string | undefined): Record<string, string> =>
  resource === undefined ? {} : { resource };
