import * as oauth from "oauth4webapi";
import { type AnyFailure, GatewayFailure } from "../../failures/failure.ts";
import type { RefusalFacts } from "../../failures/refusalFacts.ts";
import { type AskedWorld, responseFetch } from "../../lib/askServer.ts";
import { asymmetricAlgorithms } from "../../lib/asymmetricAlgorithms.ts";
import { isTooLarge } from "../../lib/httpPort.ts";
import { requestPolicies } from "../../lib/limits.ts";
import { networkReason } from "../../lib/networkReason.ts";
import { busySeconds, whenReady } from "../../lib/retryAfter.ts";
import { isLoopback } from "../../lib/secureUrl.ts";
import { tooLarge } from "../discovery/networkFailure.ts";
import { issuerInTokens } from "../identityProviders/otherName.ts";
import { readClaims } from "./account.ts";
import type { ClientIdentity } from "./clientIdentity.ts";
import { rememberSigned, signedClockFacts } from "./clockDifference.ts";
import type { GrantedTokens } from "./idToken.ts";
import type { ProofKey } from "./proofAlgorithms.ts";
import { bodyWords, providerWords, rememberTold } from "./providerWords.ts";
import { tokenAnswer } from "./tokenAnswer.ts";

/**
 * The client as oauth4webapi takes it. People's clocks are wrong by minutes, and an ID token is only read to show whose
 * it is, so five minutes are forgiven.
 */
export const oauthClient = (client: ClientIdentity): oauth.Client => ({
  // Who has none sends none: the library wants one to be there.
  client_id: client.clientId || "none",
  [oauth.clockTolerance]: 300,
});

/**
 * The server for reading an ID token that came straight from its token endpoint, where TLS vouches for it in place of
 * the signature (OpenID Connect Core, 3.1.3.7). Metadata after RFC 8414 names no algorithms, and oauth4webapi would
 * then take RS256 alone. It may have been issued by another name of the issuer, see `issuerInTokens`.
 */
export const readingServer = (server: oauth.AuthorizationServer, idToken: unknown): oauth.AuthorizationServer => ({
  ...server,
  issuer: issuerInTokens(server.issuer, readClaims(typeof idToken === "string" ? idToken : undefined) ?? {}),
  id_token_signing_alg_values_supported: server.id_token_signing_alg_values_supported ?? [...asymmetricAlgorithms],
});

/**
 * Options of every request to the identity provider. Plain http is allowed on this machine only; metadata with any
 * other address has been refused before (`findAuthorizationServer`).
 */
export const requestOptions = (server: oauth.AuthorizationServer, world: AskedWorld) => {
  const { [oauth.customFetch]: ask, ...options } = askingOnce(server, world);
  return {
    ...options,
    [oauth.customFetch]: (url: string, init: RequestInit) => whenServed(() => ask(url, init), world.signal),
  };
};

/** Asks again when the provider says that it will have time. */
export const whenServed = (ask: () => Promise<Response>, signal: AbortSignal | undefined): Promise<Response> =>
  whenReady(ask, async (answer) => await answer.body?.cancel(), signal);

/** The same for requests that are made anew each time they are sent: a proof or an assertion is of use once. */
export function askingOnce(server: oauth.AuthorizationServer, world: AskedWorld) {
  const fetch = responseFetch(requestPolicies.tokens, world);
  return {
    async [oauth.customFetch](url: string, init: RequestInit) {
      const answer = rememberTold(await fetch(url, init), init);
      rememberSigned(answer, init);
      return answer;
    },
    [oauth.allowInsecureRequests]: isLoopback(new URL(server.issuer).hostname),
  };
}

/**
 * Sends a request to the token endpoint and reads its answer.
 *
 * @throws GatewayFailure `token_endpoint_unreachable` when no answer came, `answer_too_large`, `token_refused` for an OAuth error
 *   (RFC 6749, 5.2), `token_response_invalid` for anything else, such as the HTML of a proxy
 */
export async function requestToken(
  asked: AskedEndpoint,
  { send, read }: TokenRequest,
  signal?: AbortSignal,
): Promise<GrantedTokens> {
  let response: Response;
  try {
    response = await send();
  } catch (error) {
    signal?.throwIfAborted();
    throw unansweredFailure(asked.server, asked.server.token_endpoint, error);
  }
  const answer = await tokenAnswer(response);
  try {
    return await read(answer.clone());
  } catch (error) {
    signal?.throwIfAborted();
    throw tokenFailure(asked, { response, body: await answer.text() }, error);
  }
}

/** A request to the identity provider that brought no answer, or one that was not read to its end. */
export function unansweredFailure(
  { issuer }: oauth.AuthorizationServer,
  endpoint: string | undefined,
  error: unknown,
): AnyFailure {
  if (isTooLarge(error)) return tooLarge(endpoint ?? issuer, error);
  return new GatewayFailure("token_endpoint_unreachable", { issuer, reason: networkReason(error).text });
}

/** How the grant is asked for, and how its answer is read. */
export interface TokenRequest {
  readonly send: () => Promise<Response>;
  readonly read: (answer: Response) => Promise<GrantedTokens>;
}

/** Whose token endpoint is asked, and by which client. */
export interface AskedEndpoint {
  readonly server: oauth.AuthorizationServer;
  readonly client: ClientIdentity;
  /** The key that the tokens are to be bound to (RFC 9449, 5). */
  readonly proofKey?: ProofKey | undefined;
}

/**
 * Libraries' errors carry the response and its body, so they are translated, never passed on or kept as a cause.
 * A 5xx with JSON is still no decision about the grant.
 */
function tokenFailure(
  { server, client }: AskedEndpoint,
  { response, body }: { readonly response: Response; readonly body: string },
  error: unknown,
): AnyFailure {
  const { issuer } = server;
  const { status } = response;
  const wait = busySeconds(response);
  const busy = wait !== undefined && { retryAfterSeconds: wait };
  if (error instanceof oauth.ResponseBodyError && status < 500) {
    const facts = { issuer, status, error: errorCode(error.error), ...busy };
    const withSecret = client.authMethod !== "none" && { withSecret: true as const };
    return new GatewayFailure("token_refused", {
      ...facts,
      ...refusalFacts(response, error.error_description),
      ...signedClockFacts(response, facts.error),
      ...withSecret,
    });
  }
  const contentType = (response.headers.get("content-type") ?? "").split(";")[0] ?? "";
  return new GatewayFailure("token_response_invalid", {
    issuer,
    status,
    contentType,
    ...bodyWords(response, body),
    ...busy,
  });
}

/** What a direct answer says beside its error code: the provider's own code, and its words. */
export const refusalFacts = (
  response: Response,
  description: string | null | undefined,
): Pick<RefusalFacts, "providerCode" | "words"> => ({
  ...providerCode(description),
  ...providerWords(response, description),
});

/**
 * The provider's own code in a description, where it has one. Nothing else is taken of what came with a redirect: whoever
 * writes it chooses what we would show.
 */
export function providerCode(description: string | null | undefined): Pick<RefusalFacts, "providerCode"> {
  const [code] = /\bAADSTS\d{4,8}\b/.exec(description ?? "") ?? [];
  return code === undefined ? {} : { providerCode: code };
}

/**
 * An OAuth error code, or "error" where a server sent anything else. RFC 6749, 5.2 would allow sentences; ours are
 * shown to people, so only what looks like a code passes, and nothing as long as a verifier does.
 */
export const errorCode = (text: string): string => (/^[A-Za-z][A-Za-z0-9_.-]{0,39}$/.test(text) ? text : "error");
