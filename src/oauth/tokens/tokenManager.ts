import { asFailure, isFailure } from "../../failures/failure.ts";
import type { HttpFetch } from "../../lib/httpPort.ts";
import type { Log } from "../../lib/log.ts";
import { splitScopes } from "../discovery/challenge.ts";
import { IDENTITY_ENDED } from "../enterprise/enterpriseGrant.ts";
import type { Identities } from "../enterprise/enterpriseRenewal.ts";
import type { AskAwsForToken } from "../workload/platformToken.ts";
import type { ReadCredential } from "./clientCredential.ts";
import type { GrantedTokens } from "./idToken.ts";
import { loadEnterprise, loadRevocation, loadTokenRequests, loadWorkloadRequests } from "./lazyRequests.ts";
import type { ProofKey } from "./proofAlgorithms.ts";
import { finalRefusal } from "./renewalRefusal.ts";
import type { GrantWorld } from "./tokenRequests.ts";
import { asksByItself, type BearerToken, isAlive, isRenewable, renewAt, sentToken, type TokenSet } from "./tokenSet.ts";
import type { TokenStore } from "./tokenStore.ts";
import { UNKNOWN_CLIENT } from "./unknownClient.ts";

/** Why a session cannot go on without its person. */
export interface SessionEnd {
  readonly sessionId: string;
  /** The provider's error, or `no_refresh_token`. */
  readonly because: string;
}

/** What the manager needs of the world around it. */
export interface TokenWorld {
  readonly fetch: HttpFetch;
  readonly now: () => number;
  readonly log: Log;
  readonly readCredential?: ReadCredential;
  readonly webIdentityToken?: AskAwsForToken;
  readonly onRenewed?: (tokens: TokenSet) => void;
  readonly onEnded?: (end: SessionEnd) => void;
  /** Told of tokens whose client the provider does not know, before the sign-in with it ends. */
  readonly onUnknownClient?: (tokens: TokenSet) => Promise<void>;
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
   * @param sent which of the tokens the gateway gets, whose end is the one that counts
   * @returns undefined when only a sign-in can help
   * @throws GatewayFailure `token_endpoint_unreachable`, `token_response_invalid` or `token_refused` when the token has
   *   ended and renewing failed in a way that may pass, or that of a client by itself; `stored_secret_unreadable`
   */
  async current(sessionId: string, sent: BearerToken = "access"): Promise<TokenSet | undefined> {
    const tokens = await this.#store.read(sessionId);
    if (!isAlive(tokens)) return undefined;
    const { issuedAt, expiresAt } = sentToken(tokens, sent);
    const due = renewAt({ issuedAt, expiresAt });
    if (due === undefined || this.#world.now() < due) return tokens;
    // The next renewal would bring no other ID token either.
    if (sent === "id" && tokens.idTokenKept) return this.#good(tokens, sent);
    // Asked again after a failed renewal: it may have waited for the provider beyond the token's end.
    const usable = () => expiresAt !== undefined && this.#world.now() < expiresAt;
    if (!isRenewable(tokens) && usable()) return tokens;
    try {
      return this.#good(await this.#renew(sessionId, tokens.accessToken), sent);
    } catch (failure) {
      if (!usable()) throw failure;
      this.#world.log.warn("token not renewed, the present one still serves", { reason: asFailure(failure).code });
      return tokens;
    }
  }

  /**
   * Tokens other than the one a gateway has refused.
   *
   * @param refused the token that was refused; when another window has renewed it already, that renewal serves
   * @param sent which of the tokens it was
   * @returns undefined when only a sign-in can help
   * @throws GatewayFailure as `current` does
   */
  async replace(sessionId: string, refused: string, sent: BearerToken = "access"): Promise<TokenSet | undefined> {
    const tokens = await this.#store.read(sessionId);
    if (!isAlive(tokens)) return undefined;
    if (sentToken(tokens, sent).text !== refused) return tokens;
    const renewed = this.#good(await this.#renew(sessionId, tokens.accessToken), sent);
    return renewed?.idToken === refused ? undefined : renewed;
  }

  /** A renewal need not bring another ID token (OpenID Connect Core, 12.2), and then only a sign-in does. */
  #good(tokens: TokenSet | undefined, sent: BearerToken): TokenSet | undefined {
    if (!tokens || sent === "access") return tokens;
    const { expiresAt } = sentToken(tokens, sent);
    return expiresAt === undefined || this.#world.now() < expiresAt ? tokens : undefined;
  }

  #renew(sessionId: string, stale: string): Promise<TokenSet | undefined> {
    const running = this.#renewals.get(sessionId);
    if (running) return running;
    const renewal = this.#store
      .renewing(sessionId, () => this.#renewLocked(sessionId, stale))
      .finally(() => this.#renewals.delete(sessionId));
    this.#renewals.set(sessionId, renewal);
    return renewal;
  }

  async #renewLocked(sessionId: string, stale: string): Promise<TokenSet | undefined> {
    const tokens = await this.#store.read(sessionId);
    if (!isAlive(tokens)) return undefined;
    if (tokens.accessToken !== stale) return tokens;
    if (!isRenewable(tokens)) return this.#end(tokens, "no_refresh_token");
    let renewed: TokenSet | undefined;
    let fresh: string | undefined;
    try {
      const onRefreshToken = (refreshToken: string) => (fresh = refreshToken);
      renewed = await renewal(tokens, { ...this.#world, identities: this.#identities, onRefreshToken });
    } catch (failure) {
      if (fresh !== undefined) await this.#keepFresh(tokens, fresh);
      // A client that signs in as itself would be told the same by a sign-in, which nobody has to be asked for. What one of
      // the two servers says where both are asked is no end of the person's sign-in either.
      const refused = asksByItself(tokens) || tokens.enterprise ? undefined : finalRefusal(failure);
      if (refused === undefined) throw failure;
      if (refused === UNKNOWN_CLIENT) await this.#world.onUnknownClient?.(tokens);
      return this.#end(tokens, refused);
    }
    if (!renewed) return this.#end(tokens, IDENTITY_ENDED);
    const kept = renewed;
    const keeping = this.#store.exclusively(sessionId, async () => {
      // What happened while the provider answered wins: a sign-out is not undone, a new sign-in is not overwritten.
      const latest = await this.#store.read(sessionId);
      if (!latest || !isSame(latest, tokens)) return { latest };
      await this.#keep(kept);
      return { latest: kept };
    });
    const outcome = await keeping.catch(async (error: unknown) => {
      // What was renewed is spent: where the store says nothing now, what it said before the renewal has to do.
      if (!isFailure(error, "secret_storage_failed")) throw error;
      await this.#keep(kept);
      return { latest: kept };
    });
    if (outcome.latest !== kept) {
      // The sign-out could not know of these.
      if (!outcome.latest) await this.#revoke(kept);
      return outcome.latest;
    }
    this.#world.log.info("access token renewed", { issuer: tokens.server.issuer, account: tokens.account.label });
    this.#world.onRenewed?.(kept);
    return kept;
  }

  /** Sign-ins at companies' identity providers, whose ID token is what counts. */
  readonly #identities: Identities = {
    current: (sessionId) => this.current(sessionId, "id"),
    replace: (sessionId, refused) => this.replace(sessionId, refused, "id"),
  };

  async #keep(tokens: TokenSet): Promise<void> {
    if (await this.#store.writeRenewed(tokens)) return;
    this.#world.log.warn("renewed tokens are held in memory only: the secret storage does not keep them", {
      issuer: tokens.server.issuer,
    });
  }

  async #revoke(tokens: TokenSet): Promise<void> {
    const { revokeTokens } = await loadRevocation();
    await revokeTokens(tokens, this.#world);
  }

  /** Keeps the refresh token of an answer that is of no use otherwise: the one before it may be spent (RFC 6749, 6). */
  async #keepFresh(tokens: TokenSet, refreshToken: string): Promise<void> {
    const fresh = { ...tokens, refreshToken };
    const latest = await this.#store.exclusively(tokens.sessionId, async () => {
      const latest = await this.#store.read(tokens.sessionId);
      if (latest && isSame(latest, tokens)) await this.#keep({ ...latest, refreshToken });
      return latest;
    });
    // The sign-out could not know of it.
    if (!latest) await this.#revoke(fresh);
  }

  /**
   * Ends what is of no use to anybody any more. The connection still says which sign-in it used. A refresh token stays
   * until the next sign-in, or the sign-out that revokes it: a provider that refuses it may not have ended it.
   *
   * @returns what has taken its place meanwhile
   */
  async #end(tokens: TokenSet, because: SessionEnd["because"]): Promise<TokenSet | undefined> {
    const { sessionId } = tokens;
    const { latest, isEnded } = await this.#store.exclusively(sessionId, async () => {
      const latest = await this.#store.read(sessionId);
      // A sign-out revokes the very token that was presented, so an absent sign-in is no news to anybody.
      if (!isAlive(latest)) return { latest: undefined, isEnded: false };
      if (!isSame(latest, tokens)) return { latest, isEnded: false };
      // The next sign-in writes over what is not deleted.
      if (tokens.refreshToken === undefined && because !== IDENTITY_ENDED)
        await this.#store.delete(sessionId).catch(() => {});
      else await this.#store.write({ ...latest, refused: because });
      return { latest: undefined, isEnded: true };
    });
    if (!isEnded) return latest;
    this.#world.log.warn("session ended", { because });
    this.#world.onEnded?.({ sessionId, because });
    return undefined;
  }
}

const isSame = (one: TokenSet, other: TokenSet): boolean =>
  one.accessToken === other.accessToken && one.refreshToken === other.refreshToken;

type RenewalWorld = Pick<TokenWorld, "now" | "webIdentityToken"> & GrantWorld & { readonly identities: Identities };

/**
 * What the answer leaves out stays as it was: the refresh token, the ID token and the scopes (RFC 6749, 6).
 *
 * @returns undefined where the person has to sign in at their company's identity provider first
 */
async function renewal(tokens: TokenSet, world: RenewalWorld): Promise<TokenSet | undefined> {
  const answer = await askAgain(tokens, world);
  if (!answer) return undefined;
  const { expiresAt: _, idTokenKept: __, isBound: ___, ...kept } = tokens;
  return {
    ...kept,
    accessToken: answer.access_token,
    ...(tokens.idToken !== undefined && answer.id_token === undefined && { idTokenKept: true }),
    ...(answer.refresh_token !== undefined && { refreshToken: answer.refresh_token }),
    ...(answer.id_token !== undefined && { idToken: answer.id_token }),
    ...(answer.scope !== undefined && { scopes: splitScopes(answer.scope) }),
    ...(tokens.enterprise &&
      answer.exchangedAt !== undefined && { enterprise: { ...tokens.enterprise, exchangedAt: answer.exchangedAt } }),
    ...(answer.namesScopes !== (tokens.namesScopes ?? false) && { namesScopes: answer.namesScopes }),
    ...lifetime(answer, world.now()),
    ...boundTo(tokens.proofKey, answer),
  };
}

type AskedAgain = GrantedTokens & { readonly namesScopes: boolean; readonly exchangedAt?: number };

/**
 * A client or workload asks for itself again (RFC 6749, 4.4.3), a company for its people; a person's refresh token is spent
 * (6).
 */
async function askAgain(tokens: TokenSet, world: RenewalWorld): Promise<AskedAgain | undefined> {
  const { clientGrant, workloadGrant, enterprise } = tokens;
  if (enterprise) {
    const { renewByEnterprise } = await loadEnterprise();
    const obtained = await renewByEnterprise(tokens, enterprise, world);
    return obtained && { ...obtained.answer, namesScopes: false, exchangedAt: obtained.exchangedAt };
  }
  const { refreshToken = "", resource, askedScopes: scopes = tokens.scopes, namesScopes = false } = tokens;
  const { requestByClientCredentials, requestByRefreshToken } = await loadTokenRequests();
  if (workloadGrant) {
    const { requestByWorkload } = await loadWorkloadRequests();
    return { ...(await requestByWorkload(tokens, workloadGrant, world)), namesScopes };
  }
  if (!clientGrant) return await requestByRefreshToken(tokens, { refreshToken, resource, scopes, namesScopes }, world);
  return { ...(await requestByClientCredentials(tokens, clientGrant.parameters, world)), namesScopes };
}

/**
 * Whether an answer's access token is bound to the key that it was asked for with (RFC 9449, 5): a provider may give one for
 * any bearer all the same.
 */
export const boundTo = (
  proofKey: ProofKey | undefined,
  { token_type: type }: Pick<GrantedTokens, "token_type">,
): { isBound?: true } => (proofKey && type.toLowerCase() === "dpop" ? { isBound: true } : {});

/** When an answer's access token was issued and ends, in milliseconds since the epoch. */
export function lifetime(
  answer: { readonly expires_in?: number | undefined },
  now: number,
): { issuedAt: number; expiresAt?: number } {
  return answer.expires_in === undefined
    ? { issuedAt: now }
    : { issuedAt: now, expiresAt: now + answer.expires_in * 1000 };
}
