import type { Log } from "../../lib/log.ts";
import { isSameAddress } from "../../lib/sameAddress.ts";
import { type EnterpriseGrant, IDENTITY_ENDED } from "../../oauth/enterprise/enterpriseGrant.ts";
import type { EnterpriseIdentityProvider } from "../../oauth/enterprise/enterpriseIdentityProvider.ts";
import { identityProviderOf } from "../../oauth/identityProviders/identityProviders.ts";
import { isCredentialKey } from "../../oauth/tokens/clientCredential.ts";
import { deleteSecret } from "../../oauth/tokens/keptSecrets.ts";
import { type BrowserSession, logoutPage } from "../../oauth/tokens/logoutPage.ts";
import { allReadable, type TakenTokens, takeTokens } from "../../oauth/tokens/readableTokens.ts";
import type { EndedCompany, RevocationReport } from "../../oauth/tokens/revocationReport.ts";
import type { SecretStore } from "../../oauth/tokens/secretStore.ts";
import type { TokenManager } from "../../oauth/tokens/tokenManager.ts";
import { isAlive, type TokenSet } from "../../oauth/tokens/tokenSet.ts";
import type { TokenStore } from "../../oauth/tokens/tokenStore.ts";

export interface CompanyWorld {
  readonly store: TokenStore;
  readonly manager: Pick<TokenManager, "current">;
  readonly log: Log;
  /** Revokes what was taken out of the store. */
  readonly revoke: (taken: TakenTokens) => Promise<RevocationReport>;
}

/** What became of a company's sign-in, and of the tokens that other programs obtained from it. */
export interface EndedSource {
  readonly revocation?: RevocationReport;
  readonly others: readonly RevocationReport[];
}

/** A company by which somebody entered gateways. */
export interface KnownCompany {
  /** The issuer of its identity provider. */
  readonly issuer: string;
  /** The sign-in there. Absent where it has ended by itself, or somebody else obtains the ID token. */
  readonly tokens?: TokenSet;
  /** Whether somebody else does. */
  readonly isGiven: boolean;
  /** The tokens of gateways that were obtained by way of it, those that wait for it among them. */
  readonly users: readonly TokenSet[];
}

/**
 * The sign-ins at companies' identity providers. Each is one for all gateways that are entered by it, and ends with the last
 * of them.
 */
export class CompanySignIns {
  readonly #world: CompanyWorld;
  /** How many sign-ins to gateways are under way, and what may be unused when they have ended. */
  #underWay = 0;
  readonly #unused = new Set<string>();

  constructor(world: CompanyWorld) {
    this.#world = world;
  }

  /**
   * Those of a company's identity provider, one of each person, each with an ID token that is still good.
   *
   * @throws GatewayFailure of `TokenManager.current`
   */
  async usable({ issuer, clientId }: EnterpriseIdentityProvider): Promise<readonly TokenSet[]> {
    const own = (await this.#alive()).filter(
      ({ isIdentity, server, client }) =>
        isIdentity && isSameAddress(server.issuer, issuer) && client.clientId === clientId,
    );
    const current = await Promise.all(own.map(({ sessionId }) => this.#world.manager.current(sessionId, "id")));
    return current.filter((tokens) => tokens !== undefined);
  }

  /** Keeps a sign-in. Gateways that waited for the one before it can be used again with it. */
  async keep(tokens: TokenSet): Promise<void> {
    const { store, log } = this.#world;
    await store.exclusively(tokens.sessionId, async () => {
      await store.write(tokens);
      for (const user of await allReadable(store, log)) {
        if (user.refused !== IDENTITY_ENDED || user.enterprise?.identity !== tokens.sessionId) continue;
        const { refused: _, ...usable } = user;
        await store.write(usable);
      }
    });
  }

  /**
   * Runs a sign-in to a gateway. What it begins with is not ended meanwhile, and afterwards only where nobody uses it: several
   * gateways that sign in at once share one page.
   */
  async during<T>(act: () => Promise<T>): Promise<T> {
    this.#underWay++;
    try {
      return await act();
    } finally {
      if (--this.#underWay === 0) {
        const left = [...this.#unused];
        this.#unused.clear();
        for (const id of left) await this.endUnused(id).catch(() => {});
      }
    }
  }

  /** Every company by which somebody entered gateways: one for each sign-in there, used or not. */
  async known(): Promise<readonly KnownCompany[]> {
    const all = await allReadable(this.#world.store, this.#world.log);
    const users = new Map<string, TokenSet[]>();
    for (const one of all) {
      if (!one.enterprise) continue;
      const { identity, issuer } = one.enterprise;
      users.set(identity ?? issuer, [...(users.get(identity ?? issuer) ?? []), one]);
    }
    const signedIn = all.flatMap((tokens): KnownCompany[] => {
      if (!tokens.isIdentity || !isAlive(tokens)) return [];
      const { sessionId, server } = tokens;
      const own = users.get(sessionId) ?? [];
      users.delete(sessionId);
      return [{ issuer: server.issuer, tokens, isGiven: false, users: own }];
    });
    const others = [...users.values()].flatMap((own): KnownCompany[] => {
      const { issuer, given } = own[0]?.enterprise ?? {};
      return issuer === undefined ? [] : [{ issuer, isGiven: given !== undefined, users: own }];
    });
    return [...signedIn, ...others];
  }

  /**
   * Ends a sign-in, whoever uses it: forgets it, and revokes it. Nobody is let in by it any more.
   *
   * @returns what became of it, nothing where it had ended already, and of what other programs obtained from it
   * @throws GatewayFailure of `takeTokens`
   */
  async end(sessionId: string): Promise<EndedSource> {
    const { store, log, revoke } = this.#world;
    const own = new Set(await store.list());
    const beside = await store.keeping?.(sessionId);
    const taken = await takeTokens(store, sessionId, log);
    const revocation = taken && (await revoke(taken));
    const others: RevocationReport[] = [];
    for (const { sessionId: id, enterprise } of beside ? await allReadable(beside, log) : []) {
      const theirs = enterprise?.identity === sessionId && !own.has(id) && beside;
      const also = theirs ? await takeTokens(theirs, id, log) : undefined;
      if (also) others.push(await revoke(also));
    }
    return { ...(revocation && { revocation }), others };
  }

  /** The page that ends the session at the company's identity provider in the browser too, where it has one. */
  logoutPage({ server, client, scopes }: TokenSet, redirect: BrowserSession["redirect"]): string | undefined {
    const { clientId } = client;
    return logoutPage({
      ...{ server, identityProvider: identityProviderOf(server), clientId, scopes, redirect },
      flow: "browser",
    });
  }

  /** The tokens of gateways that were obtained from a sign-in, those that wait for it among them. */
  async usersOf(sessionId: string): Promise<readonly TokenSet[]> {
    const { store, log } = this.#world;
    // Other programs may have entered gateways by one that is in the keychain.
    const beside = await store.keeping?.(sessionId);
    const all = [...(await allReadable(store, log)), ...(beside ? await allReadable(beside, log) : [])];
    return all.filter(({ enterprise }) => enterprise?.identity === sessionId);
  }

  /**
   * Ends a sign-in that no gateway uses any more: forgets it, and revokes it.
   *
   * @returns undefined where it goes on
   */
  async endUnused(sessionId: string): Promise<RevocationReport | undefined> {
    if (this.#underWay > 0) {
      this.#unused.add(sessionId);
      return undefined;
    }
    return (await this.usersOf(sessionId)).length > 0 ? undefined : (await this.end(sessionId)).revocation;
  }

  /** A gateway leaves the sign-in that its tokens were obtained from, which ends with the last that does. */
  async leave({ issuer, identity }: EnterpriseGrant): Promise<EndedCompany> {
    if (identity === undefined) return { issuer, isGiven: true };
    const revocation = await this.endUnused(identity);
    return { issuer, ...(revocation && { revocation }) };
  }

  /**
   * Ends the sign-ins that no gateway uses, and forgets what people typed for clients. For when no gateway is left.
   *
   * @throws GatewayFailure `secret_not_deleted`
   */
  async clear(secrets: SecretStore): Promise<void> {
    for (const { isIdentity, sessionId } of await this.#alive()) if (isIdentity) await this.endUnused(sessionId);
    const typed = (await secrets.keys()).filter(isCredentialKey);
    for (const key of typed) await deleteSecret(secrets, key);
  }

  async #alive(): Promise<readonly TokenSet[]> {
    return (await allReadable(this.#world.store, this.#world.log)).filter(isAlive);
  }
}
