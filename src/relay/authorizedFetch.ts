import { GatewayFailure, isFailure } from "../failures/failure.ts";
import { asksForSignature } from "../lib/asksForSignature.ts";
import { type HttpAnswer, type HttpFetch, type HttpRequest, withText, wordsOf } from "../lib/httpPort.ts";
import type { Log } from "../lib/log.ts";
import { reasonIn } from "../lib/quotedText.ts";
import { speaksOfSession } from "../mcp/lostSession.ts";
import { type Challenge, parseChallenge, refusalWords, unionOfScopes } from "../oauth/discovery/challenge.ts";
import { gatewayNetworkFailure } from "../oauth/discovery/networkFailure.ts";
import { audiencesOf } from "../oauth/tokens/account.ts";
import { loadProofRefusal } from "../oauth/tokens/lazyRequests.ts";
import { presentToken } from "../oauth/tokens/presentToken.ts";
import type { Refusal, UsedSignIn } from "../oauth/tokens/proofRefusal.ts";
import type { TokenManager } from "../oauth/tokens/tokenManager.ts";
import {
  asksByItself,
  type BearerToken,
  isRenewable,
  sentToken,
  type TokenSet,
  type TokenToSend,
} from "../oauth/tokens/tokenSet.ts";
import type { GatewayFetch, TokenWords } from "./gatewayAccess.ts";

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

/** A token as it was sent, with those that it came with. */
interface SentToken {
  readonly token: { readonly text: string };
  readonly tokens: TokenSet;
  readonly bearerToken: BearerToken;
}

/** A token this young that is refused would be refused again after another sign-in. */
const youngMs = 30_000;

/**
 * `fetch` towards one gateway with the current token of its session: silent, so that it renews and repeats but never
 * prompts.
 *
 * A 401 is answered by one renewal and one repetition, and at any request of a gateway that asked for no token before by
 * `sign_in_needed`. Where other answers say in words that the token has ended, it is renewed too, but nobody is ever signed out or
 * asked for it: what does not help is handed on. The token goes to the gateway's own origin only, and no
 * redirect is followed with it (RFC 6750, 5.3).
 *
 * @returns a `fetch` that throws GatewayFailure `sign_in_needed`, `insufficient_scope`, `gateway_refused_token`,
 *   `token_audience_mismatch`, `id_token_missing`, `proof_refused`, `bound_token_needed`, `aws_signature_needed`,
 *   `gateway_unreachable`, `tls_failed` and those of `TokenManager`
 */
export function authorizedFetch(target: () => FetchTarget, world: AuthorizedFetchWorld): GatewayFetch {
  const challengeOf = ({ headers }: HttpAnswer): Challenge | undefined => {
    const challenge = parseChallenge(headers.get("www-authenticate"));
    world.onChallenge(challenge);
    return challenge;
  };
  const refusalOf = async (answer: HttpAnswer, text: string, used: UsedSignIn): Promise<Refusal> => {
    const challenge = challengeOf(answer);
    const refused = refusalIn(challenge, text);
    const { gateway, token, tokens } = used;
    if (!token.proofKey && !challenge?.proofs?.only) return refused;
    // By now it is known that only bound tokens are taken: those that are not may count no more.
    if (!(await world.tokens.current(tokens.sessionId))) throw new GatewayFailure("sign_in_needed", { gateway });
    const { proofRefusal } = await loadProofRefusal();
    const failure = proofRefusal({ refused, answer, sentAt: world.now() }, used);
    if (failure) throw (await world.elsewhere(tokens.server.issuer)) ?? failure;
    return refused;
  };
  /** The token that takes the place of one that is said to have ended; undefined where there is no other. */
  const renewedFor = async (
    words: TokenWords,
    { token, tokens, bearerToken }: SentToken,
    facts: { readonly gateway: string; readonly status: number },
  ) => {
    // Where nobody can renew it, a renewal would be the end of the sign-in.
    if (!words.mayRenew(token.text, world.now() - tokens.issuedAt) || !isRenewable(tokens)) return undefined;
    world.log.info("the gateway says that the token has ended", facts);
    const others = await world.tokens.replace(tokens.sessionId, token.text, bearerToken).catch(() => undefined);
    const other = others && sentToken(others, bearerToken);
    if (other?.text === undefined) return undefined;
    words.renewed(other.text);
    return { ...other, text: other.text };
  };
  return async (url, init = {}, words = undefined) => {
    const { fetch } = world;
    const { name, url: gateway, session } = target();
    if (!session) throw new GatewayFailure("sign_in_needed", { gateway: name });
    if (String(url) !== gateway && new URL(url).origin !== new URL(gateway).origin) {
      throw new GatewayFailure("endpoint_insecure", { name: "the gateway's address", url: String(url) });
    }
    if (session.kind === "open") {
      const answer = await send(url, init, undefined, { fetch, name });
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
    const given = await send(url, init, token, { fetch, name });
    const said = words && !refusesToken(given) ? await words.in(given) : undefined;
    const first = said?.answer ?? given;
    const sent = { token, tokens, bearerToken: session.bearerToken };
    const renewed = words && said?.ended && (await renewedFor(words, sent, { gateway: name, status: first.status }));
    // What may have been done is not done twice: the next call has the new token.
    if (renewed && (said.ended === "begunNothing" || !callsTool(init))) {
      const again = await send(url, init, renewed, { fetch, name });
      return refusesToken(again) ? again : await words.afterRenewal(again);
    }
    if (!refusesToken(first)) return first.status === 403 ? orInsufficientScope(first, name, tokens) : first;

    const text = (await wordsOf(first.body)) ?? "";
    if (isAboutSession(first, init, text)) return withText(first, text);
    refuseUnsigned(first, gateway, text);
    world.log.info("the gateway refused the token", { gateway: name });
    const refused = await refusalOf(first, text, { token, gateway: name, tokens });
    const young = world.now() - tokens.issuedAt < youngMs;
    // A client that has just got its token would get the same again.
    const { issuer } = tokens.server;
    if (young && (!tokens.refreshToken || asksByItself(tokens))) {
      throw (await world.elsewhere(issuer)) ?? refusedFreshToken(name, tokens, { ...refused, status: first.status });
    }
    const others = await world.tokens.replace(session.id, token.text, session.bearerToken).catch(async (error) => {
      throw (await world.elsewhere(issuer)) ?? error;
    });
    if (!others) throw new GatewayFailure("sign_in_needed", { gateway: name });
    const other = tokenOf(others, session.bearerToken, name);
    const second = await send(url, init, other, { fetch, name });
    if (!refusesToken(second)) return second.status === 403 ? orInsufficientScope(second, name, others) : second;
    const used = { token: other, gateway: name, tokens: others };
    const again = await refusalOf(second, (await wordsOf(second.body)) ?? "", used);
    throw (await world.elsewhere(issuer)) ?? refusedFreshToken(name, others, { ...again, status: second.status });
  };
}

/** Whether an answer to a request without a token is that one is needed: some say so as of a scope that is missing. */
const asksForSignIn = ({ status, headers }: HttpAnswer): boolean =>
  status === 401 || (status === 403 && parseChallenge(headers.get("www-authenticate")) !== undefined);

/** Whether a request runs a tool, or only may: our own JSON has no spaces. */
const callsTool = ({ body }: HttpRequest): boolean => body?.includes('"method":"tools/call"') ?? false;

/** A token that is no good any more is refused with 401 (RFC 6750, 3.1); some say the same with 403. */
const refusesToken = ({ status, headers }: HttpAnswer): boolean =>
  status === 401 || (status === 403 && parseChallenge(headers.get("www-authenticate"))?.error === "invalid_token");

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
  { fetch, name }: { readonly fetch: HttpFetch; readonly name: string },
): Promise<HttpAnswer> {
  try {
    return await presentToken({ url, ...init }, token, (headers) =>
      fetch(url, { ...init, headers, redirect: "manual" }).catch((error: unknown) => {
        if (init.signal?.aborted) throw error;
        throw gatewayNetworkFailure(url, error);
      }),
    );
  } catch (failure) {
    // Without its key the token lets nobody in, and the next sign-in makes another.
    if (isFailure(failure, "proof_key_unusable")) throw new GatewayFailure("sign_in_needed", { gateway: name });
    throw failure;
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

const refusalIn = (challenge: Challenge | undefined, body: string): Refusal => ({
  error: challenge?.error ?? "",
  ...refusalWords(challenge, body),
});

/** Signing in again would bring the same token: say what is wrong with it instead. */
function refusedFreshToken(
  gateway: string,
  tokens: TokenSet,
  refusal: Refusal & { readonly status: number },
): GatewayFailure {
  const audiences = audiencesOf(tokens.accessToken);
  if (tokens.resource !== undefined && audiences && !audiences.includes(tokens.resource)) {
    return new GatewayFailure("token_audience_mismatch", { expected: tokens.resource, found: audiences });
  }
  return new GatewayFailure("gateway_refused_token", { gateway, ...refusal });
}
