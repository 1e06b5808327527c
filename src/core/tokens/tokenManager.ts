import * as oauth from "oauth4webapi";
import { splitScopes } from "../discovery/challenge.ts";
import type { Fetch } from "../discovery/networkFailure.ts";
import { asFailure, isFailure } from "../failure.ts";
import type { Log } from "../log.ts";
import { revokeTokens } from "./revocation.ts";
import { anyAlgorithm, clientAuthentication, oauthClient, requestOptions, requestToken } from "./tokenEndpoint.ts";
import { renewAt, type TokenSet } from "./tokenSet.ts";
import type { TokenStore } from "./tokenStore.ts";

/** Lets one window of the editor at a time do something, wherever the others run. */
export interface CrossWindowLock {
  run<T>(name: string, act: () => Promise<T>): Promise<T>;
}

/** Why a session cannot go on without its person. */
export type SessionEnd = { readonly sessionId: string; readonly because: "invalid_grant" | "no_refresh_token" };

/** What the manager needs of the world around it. */
export interface TokenWorld {
  readonly fetch: Fetch;
  readonly now: () => number;
  readonly lock: CrossWindowLock;
  readonly log: Log;
  readonly onRenewed?: (tokens: TokenSet) => void;
  readonly onEnded?: (end: SessionEnd) => void;
}

/**
 * Keeps sessions fresh.
 *
 * Everyone waiting shares one renewal, in this window by a promise and across windows by a lock and a second look into
 * the store: where refresh tokens rotate (RFC 9700, 4.14.2), a second renewal would present a token the first has
 * already spent, and the provider would end the whole family.
 */
export class TokenManager {
  readonly #store: TokenStore;
  readonly #world: TokenWorld;
  readonly #renewals = new Map<string, Promise<TokenSet | undefined>>();

  constructor(store: TokenStore, world: TokenWorld) {
    this.#store = store;
    this.#world = world;
  }

  /**
   * The tokens to use now, renewed where it is time.
   *
   * When the provider cannot be reached the present token serves until its very end.
   *
   * @returns undefined when only a sign-in can help
   * @throws GatewayFailure `token_endpoint_unreachable`, `token_response_invalid` or `token_refused` (other than
   *   `invalid_grant`) when the token has ended and renewing failed; `stored_secret_unreadable`
   */
  async current(sessionId: string): Promise<TokenSet | undefined> {
    const tokens = await this.#store.read(sessionId);
    if (!tokens) return undefined;
    const due = renewAt(tokens);
    if (due === undefined || this.#world.now() < due) return tokens;
    // Asked again after a failed renewal: it may have waited for the provider beyond the token's end.
    const usable = () => tokens.expiresAt !== undefined && this.#world.now() < tokens.expiresAt;
    if (!tokens.refreshToken && usable()) return tokens;
    try {
      return await this.#renew(sessionId, tokens.accessToken);
    } catch (failure) {
      if (!usable()) throw failure;
      this.#world.log.warn("token not renewed, the present one still serves", { reason: asFailure(failure).code });
      return tokens;
    }
  }

  /**
   * Tokens other than the one a gateway has refused.
   *
   * @param refused the access token that was refused; when another window has renewed it already, that renewal serves
   * @returns undefined when only a sign-in can help
   * @throws GatewayFailure as `current` does
   */
  async replace(sessionId: string, refused: string): Promise<TokenSet | undefined> {
    const tokens = await this.#store.read(sessionId);
    if (!tokens) return undefined;
    if (tokens.accessToken !== refused) return tokens;
    return this.#renew(sessionId, refused);
  }

  #renew(sessionId: string, stale: string): Promise<TokenSet | undefined> {
    const running = this.#renewals.get(sessionId);
    if (running) return running;
    const renewal = this.#world.lock
      .run(`renew-${sessionId}`, () => this.#renewLocked(sessionId, stale))
      .finally(() => this.#renewals.delete(sessionId));
    this.#renewals.set(sessionId, renewal);
    return renewal;
  }

  async #renewLocked(sessionId: string, stale: string): Promise<TokenSet | undefined> {
    const tokens = await this.#store.read(sessionId);
    if (!tokens || tokens.accessToken !== stale) return tokens;
    if (!tokens.refreshToken) return this.#ended(sessionId, "no_refresh_token");
    let renewed: TokenSet;
    try {
      renewed = await refresh(tokens, tokens.refreshToken, this.#world);
    } catch (failure) {
      if (!isFailure(failure, "token_refused") || failure.facts.error !== "invalid_grant") throw failure;
      // A sign-out revokes the very token that was presented, so an absent session is no news to anybody.
      const latest = await this.#store.read(sessionId);
      return latest && isSame(latest, tokens) ? this.#ended(sessionId, "invalid_grant") : latest;
    }
    // What happened while the provider answered wins: a sign-out is not undone, a new sign-in is not overwritten.
    const latest = await this.#store.read(sessionId);
    if (!latest) {
      // The sign-out could not know of these.
      await revokeTokens(renewed, this.#world);
      return undefined;
    }
    if (!isSame(latest, tokens)) return latest;
    await this.#store.write(renewed);
    this.#world.log.info("access token renewed", { issuer: tokens.server.issuer, account: tokens.account.label });
    this.#world.onRenewed?.(renewed);
    return renewed;
  }

  /** The session's tokens are of no use to anybody any more; its account stays known to the connection. */
  async #ended(sessionId: string, because: SessionEnd["because"]): Promise<undefined> {
    await this.#store.delete(sessionId);
    this.#world.log.warn("session ended", { because });
    this.#world.onEnded?.({ sessionId, because });
    return undefined;
  }
}

const isSame = (one: TokenSet, other: TokenSet): boolean =>
  one.accessToken === other.accessToken && one.refreshToken === other.refreshToken;

/** One refresh (RFC 6749, 6). What the answer leaves out stays as it was: the refresh token and the scopes. */
async function refresh(
  tokens: TokenSet,
  refreshToken: string,
  world: { readonly fetch: Fetch; readonly now: () => number },
): Promise<TokenSet> {
  const { server, client } = tokens;
  const parameters: Record<string, string> = tokens.resource === undefined ? {} : { resource: tokens.resource };
  const answer = await requestToken(
    server,
    () =>
      oauth.refreshTokenGrantRequest(server, oauthClient(client), clientAuthentication(client), refreshToken, {
        ...requestOptions(server, world),
        additionalParameters: parameters,
      }),
    (response) => oauth.processRefreshTokenResponse(anyAlgorithm(server), oauthClient(client), response),
  );
  const { expiresAt: _, ...kept } = tokens;
  return {
    ...kept,
    accessToken: answer.access_token,
    ...(answer.refresh_token !== undefined && { refreshToken: answer.refresh_token }),
    ...(answer.id_token !== undefined && { idToken: answer.id_token }),
    ...(answer.scope !== undefined && { scopes: splitScopes(answer.scope) }),
    ...lifetime(answer, world.now()),
  };
}

/** When an answer's access token was issued and ends, in milliseconds since the epoch. */
export function lifetime(
  answer: { readonly expires_in?: number | undefined },
  now: number,
): { issuedAt: number; expiresAt?: number } {
  return answer.expires_in === undefined
    ? { issuedAt: now }
    : { issuedAt: now, expiresAt: now + answer.expires_in * 1000 };
}
