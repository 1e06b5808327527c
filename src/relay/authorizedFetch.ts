import { GatewayFailure } from "../failures/failure.ts";
import { asksForSignature } from "../lib/asksForSignature.ts";
import { type HttpAnswer, type HttpFetch, type HttpRequest, withText, wordsOf } from "../lib/httpPort.ts";
import type { Log } from "../lib/log.ts";
import { reasonIn } from "../lib/quotedText.ts";
import { speaksOfSession } from "../mcp/lostSession.ts";
import { type Challenge, parseChallenge, refusalWords, unionOfScopes } from "../oauth/discovery/challenge.ts";
import { gatewayNetworkFailure } from "../oauth/discovery/networkFailure.ts";
import { audiencesOf } from "../oauth/tokens/account.ts";
import { presentToken } from "../oauth/tokens/presentToken.ts";
import type { TokenManager } from "../oauth/tokens/tokenManager.ts";
import { type BearerToken, sentToken, type TokenSet, type TokenToSend } from "../oauth/tokens/tokenSet.ts";

/** The gateway that requests go to, as the connection knows it at that moment. */
export interface FetchTarget {
  readonly name: string;
  readonly url: string;
  /**
   * Whose tokens to use; undefined when nobody is signed in. `open` sends none, to a gateway that has asked for none so far
   * (AgentCore's authorizer type NONE).
   */
  readonly session:
    | { readonly kind: "open" }
    | { readonly kind: "signedIn"; readonly id: string; readonly bearerToken: BearerToken }
    | undefined;
}

export interface AuthorizedFetchWorld {
  readonly fetch: HttpFetch;
  readonly tokens: Pick<TokenManager, "current" | "replace">;
  readonly log: Log;
  readonly now: () => number;
  /** Told what the gateway says when it asks for a sign-in, or for another one. */
  readonly onChallenge: (challenge: Challenge | undefined) => void;
  /**
   * Looks whether the gateway signs in elsewhere by now, where tokens of this issuer are of no use to it.
   *
   * @returns what to fail with then; undefined where it does not
   */
  readonly elsewhere: (issuer: string) => Promise<GatewayFailure | undefined>;
}

/** A token this young that is refused would be refused again after another sign-in. */
const youngMs = 30_000;

/**
 * `fetch` towards one gateway with the current token of its session: silent, so that it renews and repeats but never
 * prompts.
 *
 * A 401 is answered by one renewal and one repetition, and at any request of a gateway that asked for no token before by
 * `sign_in_needed`. The token goes to the gateway's own origin only, and no
 * redirect is followed with it (RFC 6750, 5.3).
 *
 * @returns a `fetch` that throws GatewayFailure `sign_in_needed`, `insufficient_scope`, `gateway_refused_token`,
 *   `token_audience_mismatch`, `id_token_missing`, `aws_signature_needed`, `gateway_unreachable`, `tls_failed` and those of `TokenManager`
 */
export function authorizedFetch(target: () => FetchTarget, world: AuthorizedFetchWorld): HttpFetch {
  const challengeOf = ({ headers }: HttpAnswer): Challenge | undefined => {
    const challenge = parseChallenge(headers.get("www-authenticate"));
    world.onChallenge(challenge);
    return challenge;
  };
  return async (url, init = {}) => {
    const { name, url: gateway, session } = target();
    if (!session) throw new GatewayFailure("sign_in_needed", { gateway: name });
    if (new URL(url).origin !== new URL(gateway).origin) {
      throw new GatewayFailure("endpoint_insecure", { name: "the gateway's address", url: String(url) });
    }
    if (session.kind === "open") {
      const answer = await send(url, init, undefined, world);
      if (!asksForSignIn(answer)) return answer;
      const text = (await wordsOf(answer.body)) ?? "";
      if (isAboutSession(answer, init, text)) return withText(answer, text);
      refuseUnsigned(answer, gateway, text);
      world.log.info("the gateway asks for a sign-in now", { gateway: name });
      challengeOf(answer);
      throw new GatewayFailure("sign_in_needed", { gateway: name });
    }
    const tokens = await world.tokens.current(session.id, session.bearerToken);
    if (!tokens) throw new GatewayFailure("sign_in_needed", { gateway: name });
    const token = tokenOf(tokens, session.bearerToken, name);
    const first = await send(url, init, token, world);
    if (first.status === 403) return orInsufficientScope(first, name, tokens);
    if (first.status !== 401) return first;

    const text = (await wordsOf(first.body)) ?? "";
    if (isAboutSession(first, init, text)) return withText(first, text);
    refuseUnsigned(first, gateway, text);
    world.log.info("the gateway answered 401", { gateway: name });
    const refused = refusalIn(challengeOf(first), text);
    const young = world.now() - tokens.issuedAt < youngMs;
    // A client that has just got its token would get the same again.
    const { issuer } = tokens.server;
    if (young && (!tokens.refreshToken || tokens.clientGrant)) {
      throw (await world.elsewhere(issuer)) ?? refusedFreshToken(name, tokens, refused);
    }
    const others = await world.tokens.replace(session.id, token.text, session.bearerToken).catch(async (error) => {
      throw (await world.elsewhere(issuer)) ?? error;
    });
    if (!others) throw new GatewayFailure("sign_in_needed", { gateway: name });
    const second = await send(url, init, tokenOf(others, session.bearerToken, name), world);
    if (second.status === 403) return orInsufficientScope(second, name, others);
    if (second.status !== 401) return second;
    const again = refusalIn(challengeOf(second), (await wordsOf(second.body)) ?? "");
    throw (await world.elsewhere(issuer)) ?? refusedFreshToken(name, others, again);
  };
}

/** Whether an answer to a request without a token is that one is needed: some say so as of a scope that is missing. */
const asksForSignIn = ({ status, headers }: HttpAnswer): boolean =>
  status === 401 || (status === 403 && parseChallenge(headers.get("www-authenticate")) !== undefined);

/** Some servers say with 401, and without a challenge, that they know the session no longer: no other token mends that. */
const isAboutSession = ({ headers }: HttpAnswer, request: HttpRequest, text: string): boolean =>
  headers.get("www-authenticate") === null &&
  Object.keys(request.headers ?? {}).some((name) => name.toLowerCase() === "mcp-session-id") &&
  speaksOfSession(text);

/**
 * Where AWS wants a signature, no other token mends that: nothing is renewed for it.
 *
 * @throws GatewayFailure `aws_signature_needed`
 */
function refuseUnsigned({ headers }: HttpAnswer, url: string, text: string): void {
  if (headers.get("www-authenticate") !== null || !asksForSignature(text)) return;
  throw new GatewayFailure("aws_signature_needed", { url });
}

async function send(
  url: string | URL,
  init: HttpRequest,
  token: TokenToSend | undefined,
  world: { readonly fetch: HttpFetch },
): Promise<HttpAnswer> {
  const headers = await presentToken({ url, ...init }, token);
  try {
    return await world.fetch(url, { ...init, headers, redirect: "manual" });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw gatewayNetworkFailure(url, error);
  }
}

function tokenOf(tokens: TokenSet, sent: BearerToken, gateway: string): TokenToSend & { readonly text: string } {
  const { text, ...token } = sentToken(tokens, sent);
  if (text === undefined) throw new GatewayFailure("id_token_missing", { gateway, issuer: tokens.server.issuer });
  return { ...token, text };
}

/**
 * RFC 6750, 3.1: `insufficient_scope` names what is missing; any other 403 is the gateway's own answer, whose reason may
 * stand in the challenge alone.
 */
async function orInsufficientScope(response: HttpAnswer, gateway: string, tokens: TokenSet): Promise<HttpAnswer> {
  const challenge = parseChallenge(response.headers.get("www-authenticate"));
  if (!challenge) return response;
  const text = (await wordsOf(response.body)) ?? "";
  const { words } = refusalWords(challenge, text);
  if (challenge.error !== "insufficient_scope") return withText(response, reasonIn(text) ? text : (words ?? text));
  throw new GatewayFailure("insufficient_scope", {
    gateway,
    needed: unionOfScopes(tokens.scopes, challenge.scopes),
    granted: tokens.scopes,
    ...(words !== undefined && { words }),
  });
}

/** Why a gateway refused a token, as far as it says so. */
interface Refusal {
  readonly error: string;
  readonly words?: string;
}

const refusalIn = (challenge: Challenge | undefined, body: string): Refusal => ({
  error: challenge?.error ?? "",
  ...refusalWords(challenge, body),
});

/** Signing in again would bring the same token: say what is wrong with it instead. */
function refusedFreshToken(gateway: string, tokens: TokenSet, refusal: Refusal): GatewayFailure {
  const audiences = audiencesOf(tokens.accessToken);
  if (tokens.resource !== undefined && audiences && !audiences.includes(tokens.resource)) {
    return new GatewayFailure("token_audience_mismatch", { expected: tokens.resource, found: audiences });
  }
  return new GatewayFailure("gateway_refused_token", { gateway, status: 401, ...refusal });
}
