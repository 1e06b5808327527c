import * as oauth from "oauth4webapi";
import { asFailure, GatewayFailure } from "../../failures/failure.ts";
import { foreignText } from "../../lib/foreignText.ts";
import type { HttpFetch } from "../../lib/httpPort.ts";
import type { Log } from "../../lib/log.ts";
import { quotedText } from "../../lib/quotedText.ts";
import { withoutSlash } from "../../lib/sameAddress.ts";
import { parseUrl } from "../../lib/secureUrl.ts";
import { deferred } from "../../lib/waiting.ts";
import type { AuthorizationServer } from "../discovery/authorizationServer.ts";
import { asSaid } from "../identityProviders/otherName.ts";
import { isNamed } from "../tokens/account.ts";
import type { ReadCredential } from "../tokens/clientCredential.ts";
import { thumbprintOf } from "../tokens/proofs.ts";
import { errorCode, oauthClient, providerCode } from "../tokens/tokenEndpoint.ts";
import { requestByCode } from "../tokens/tokenRequests.ts";
import type { TokenSet } from "../tokens/tokenSet.ts";
import type { AskAwsForToken } from "../workload/platformToken.ts";
import { exchangeSignal } from "./exchangeSignal.ts";
import type { LandingPage, Redirect } from "./redirect.ts";
import type { SignInRequest } from "./signInRequest.ts";
import { revokeUnusedTokens, toTokenSet } from "./toTokenSet.ts";

export interface SignInWorld {
  readonly redirect: Redirect;
  /**
   * Opens the authorization page in the person's browser.
   *
   * @returns false when it was not opened
   */
  readonly openBrowser: (authorizationUrl: string, redirectUri: string) => Promise<boolean>;
  readonly fetch: HttpFetch;
  readonly now: () => number;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Reads the secret or key of a client that has one. */
  readonly readCredential?: ReadCredential;
  /** Asks AWS for a token of a workload. */
  readonly webIdentityToken?: AskAwsForToken;
  /** How long to wait for the browser, in milliseconds. */
  readonly timeoutMs?: number;
  /**
   * Receives the function that takes an address which the person pastes, because their browser runs on another machine
   * and could not open it.
   *
   * The function throws `pasted_address_invalid` or `state_mismatch` for an address that is not ours.
   */
  readonly onPasteReady?: (paste: (address: string) => Promise<void>) => void;
}

export type SignInOutcome = { readonly kind: "signedIn"; readonly tokens: TokenSet } | { readonly kind: "cancelled" };

/** How long a person may take: password, second factor, consent. */
export const signInTimeoutMs = 10 * 60_000;

/**
 * Signs a person in: authorization code with PKCE S256 (RFC 7636), state (RFC 6749, 10.12), issuer check (RFC 9207)
 * and resource indicator (RFC 8707).
 *
 * The listener is up before the browser opens. A request with a wrong state is answered with a page and otherwise
 * ignored: any web page can send one, and it must not end the sign-in in progress.
 *
 * @throws GatewayFailure `endpoint_missing`, `redirect_ports_taken`, `browser_not_opened`, `sign_in_timed_out`, `redirect_path_mismatch`,
 *   `access_denied`, `authorization_refused`, `response_issuer_mismatch`, `response_issuer_missing`, `token_audience_mismatch`, and those
 *   of `requestToken`
 */
export async function signInByBrowser(request: SignInRequest, world: SignInWorld): Promise<SignInOutcome> {
  if (world.signal.aborted) return { kind: "cancelled" };
  const { issuer, authorization_endpoint: page } = request.server;
  if (page === undefined) throw new GatewayFailure("endpoint_missing", { issuer, name: "authorization_endpoint" });
  const state = oauth.generateRandomState();
  const verifier = oauth.generateRandomCodeVerifier();
  // What asks for an ID token says which request it is for (OpenID Connect Core, 3.1.2.1); some providers insist on it.
  const nonce = request.scopes.includes("openid") ? oauth.generateRandomNonce() : undefined;
  const ended = deferred<TokenSet>();
  ended.promise.catch(() => {});
  let exchange: Promise<LandingPage> | undefined;
  let redirectUri = "";
  let over = false;

  const answer = async (arrived: URL): Promise<LandingPage> => {
    if (arrived.searchParams.get("state") !== state) {
      world.log.warn("an answer with a wrong state was ignored");
      return { kind: "ignored" };
    }
    if (exchange) return exchange;
    if (world.signal.aborted) return { kind: "cancelled" };
    // Nobody waits any more: a code that is not spent now can do no harm.
    if (over) return { kind: "ignored" };
    // A reload of the page asks again; the code is spent once.
    exchange = finish(request, arrived, { state, verifier, nonce, redirectUri }, world).then(
      async (tokens): Promise<LandingPage> => {
        if (over) {
          await revokeUnusedTokens(tokens, world);
          return { kind: "cancelled" };
        }
        ended.resolve(tokens);
        const { account } = tokens;
        return { kind: "signedIn", ...(isNamed(account) && { account: account.label }), gateway: request.gateway };
      },
      (error): LandingPage => {
        ended.reject(error);
        return world.signal.aborted ? { kind: "cancelled" } : { kind: "failed", failure: asFailure(error) };
      },
    );
    return exchange;
  };

  const listener = await world.redirect.listen(answer);
  redirectUri = listener.uri;
  try {
    if (world.signal.aborted) return { kind: "cancelled" };
    const url = await authorizationUrl(request, { state, verifier, nonce, redirectUri });
    world.onPasteReady?.(async (address) => {
      if (over) throw new GatewayFailure("state_mismatch", { redirectUri });
      await paste(address, { redirectUri, state }, answer);
    });
    world.log.info("sign-in started", { issuer: request.server.issuer, redirectUri, scopes: request.scopes });
    // Not awaited: the editor asks before it opens a page, and neither cancelling nor a pasted answer waits for that.
    // The cause is left out, since it may quote the address.
    const notOpened = () => ended.reject(new GatewayFailure("browser_not_opened", { issuer: request.server.issuer }));
    world.openBrowser(url, redirectUri).then((opened) => {
      if (!opened && !exchange) notOpened();
    }, notOpened);
    const timeoutMs = world.timeoutMs ?? signInTimeoutMs;
    const tokens = await orEnd(ended.promise, world.signal, { timeoutMs, redirectUri, cameBack: () => !!exchange });
    if (!tokens) return { kind: "cancelled" };
    world.log.info("signed in", { issuer: request.server.issuer, account: tokens.account.label });
    // Where it came back to is remembered for the next time; this sign-in is done without that.
    await Promise.resolve(listener.succeeded()).catch(() => world.log.warn("the redirect URI was not remembered"));
    return { kind: "signedIn", tokens };
  } finally {
    over = true;
    await listener.stop();
  }
}

/** What only this sign-in knows, and where its browser comes back to. */
interface OneSignIn {
  readonly state: string;
  /** Of PKCE (RFC 7636, 4.1). */
  readonly verifier: string;
  /** Undefined where no ID token is asked for. */
  readonly nonce: string | undefined;
  readonly redirectUri: string;
}

async function authorizationUrl(request: SignInRequest, secrets: OneSignIn): Promise<string> {
  const url = new URL(request.server.authorization_endpoint ?? "");
  const { prompt, ...providerSpecific } = providerSpecificParameters(request);
  const chooseAccount = request.chooseAccount ? request.identityProvider.chooseAccountPrompt : undefined;
  const prompts = [chooseAccount, prompt].filter((one) => one !== undefined);
  const parameters: Record<string, string | undefined> = {
    ...providerSpecific,
    response_type: "code",
    client_id: request.client.clientId,
    redirect_uri: secrets.redirectUri,
    scope: request.scopes.length > 0 ? request.scopes.join(" ") : undefined,
    state: secrets.state,
    nonce: secrets.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(secrets.verifier),
    code_challenge_method: "S256",
    resource: request.resource,
    // Binds the code to the key as well (RFC 9449, 10).
    dpop_jkt: request.proofKey && (await thumbprintOf(request.proofKey)),
    prompt: prompts.length > 0 ? prompts.join(" ") : undefined,
  };
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url.href;
}

/** What the provider wants to be asked beyond the standards. */
export const providerSpecificParameters = ({
  identityProvider,
  flow,
  audience,
  resource,
}: SignInRequest): Readonly<Record<string, string>> =>
  identityProvider.parameters?.({ flow, audience, resource }) ?? {};

/** How much of a path is shown that is not ours, in characters. */
const LONGEST_PATH = 100;

/** Providers and proxies were seen to add the slash at the end of a redirect URI, or to take it away. */
const pathOf = ({ pathname }: URL): string => withoutSlash(pathname);

/** Checks the answer and exchanges its code. */
async function finish(request: SignInRequest, arrived: URL, secrets: OneSignIn, world: SignInWorld): Promise<TokenSet> {
  const { server, client } = request;
  if (pathOf(arrived) !== pathOf(new URL(secrets.redirectUri))) {
    // Without its query, which has the code.
    const found = foreignText(arrived.pathname, LONGEST_PATH);
    throw new GatewayFailure("redirect_path_mismatch", { redirectUri: secrets.redirectUri, found });
  }
  const answering = { ...server, issuer: asSaid(server.issuer, arrived.searchParams.get("iss")) };
  checkResponseIssuer(answering, arrived.searchParams);
  const unreadable = new GatewayFailure("authorization_refused", {
    issuer: server.issuer,
    error: "an unreadable answer",
  });
  let parameters: URLSearchParams;
  try {
    parameters = oauth.validateAuthResponse(answering, oauthClient(client), arrived, secrets.state);
  } catch (error) {
    if (error instanceof oauth.AuthorizationResponseError) {
      // Whoever sent the browser here chose the description (RFC 6749, 4.1.2.1), so that it is for the log alone.
      world.log.warn("the sign-in was refused", {
        issuer: server.issuer,
        error: errorCode(error.error),
        description: quotedText(error.error_description ?? ""),
      });
      if (error.error === "access_denied") throw new GatewayFailure("access_denied", { issuer: server.issuer });
      const facts = { issuer: server.issuer, error: errorCode(error.error) };
      throw new GatewayFailure("authorization_refused", { ...facts, ...providerCode(error.error_description) });
    }
    throw unreadable;
  }
  if (!parameters.get("code") || parameters.getAll("code").length > 1) throw unreadable;
  const { redirectUri, verifier, nonce } = secrets;
  const answer = await requestByCode(
    { server, client, proofKey: request.proofKey },
    { parameters, redirectUri, verifier, nonce, resource: request.resource },
    { ...world, signal: exchangeSignal(world.signal) },
  );
  return await toTokenSet(request, answer, world);
}

/**
 * RFC 9207, 2.4: compared exactly, before anything else in the answer is believed; where the provider says that it
 * sends `iss`, a missing one is as wrong as another's.
 */
function checkResponseIssuer(server: AuthorizationServer, parameters: URLSearchParams): void {
  const found = parameters.get("iss");
  if (found !== null && found !== server.issuer) {
    throw new GatewayFailure("response_issuer_mismatch", { expected: server.issuer, found });
  }
  if (found === null && server.authorization_response_iss_parameter_supported === true) {
    throw new GatewayFailure("response_issuer_missing", { expected: server.issuer });
  }
}

async function paste(
  address: string,
  { redirectUri, state }: { readonly redirectUri: string; readonly state: string },
  answer: (arrived: URL) => Promise<LandingPage>,
): Promise<void> {
  const url = parseUrl(address.trim());
  const expected = new URL(redirectUri);
  // The host may differ: a remote editor shows the same redirect under another name. The path and the state may not.
  if (!url || !pathOf(url).endsWith(pathOf(expected))) {
    throw new GatewayFailure("pasted_address_invalid", { redirectUri });
  }
  if (url.searchParams.get("state") !== state) throw new GatewayFailure("state_mismatch", { redirectUri });
  await answer(Object.assign(expected, { search: url.search }));
}

/** The tokens, undefined when cancelled, `sign_in_timed_out` when nobody came back. */
async function orEnd(
  tokens: Promise<TokenSet>,
  signal: AbortSignal,
  how: { readonly timeoutMs: number; readonly redirectUri: string; readonly cameBack: () => boolean },
): Promise<TokenSet | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let onAbort: (() => void) | undefined;
  try {
    return await Promise.race([
      tokens,
      new Promise<undefined>((resolve) => {
        onAbort = () => resolve(undefined);
        if (signal.aborted) onAbort();
        signal.addEventListener("abort", onAbort, { once: true });
      }),
      new Promise<never>((_, reject) => {
        // Once somebody came back, the exchange has its own limit: their page must not say the opposite of this.
        timer = setTimeout(() => {
          const minutes = Math.round(how.timeoutMs / 60_000);
          const { redirectUri } = how;
          if (!how.cameBack()) reject(new GatewayFailure("sign_in_timed_out", { minutes, redirectUri }));
        }, how.timeoutMs);
      }),
    ]);
  } finally {
    clearTimeout(timer);
    if (onAbort) signal.removeEventListener("abort", onAbort);
  }
}
