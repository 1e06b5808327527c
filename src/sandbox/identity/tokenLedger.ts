/** A secret that the sandbox issued, for tests that search for leaks. */
export interface IssuedSecret {
  /** The kind: `access_token`, `refresh_token`, `id_token`, `code`, `client_secret` or `private_key`. */
  readonly kind: string;
  readonly value: string;
}

/** The requests that the identity provider has counted so far. */
export interface IdentityObservation {
  /** Requests to the token endpoint, including refused ones. */
  readonly tokenRequests: number;
  /** Token requests by grant type. */
  readonly grants: Readonly<Record<string, number>>;
  /** Kinds of tokens that clients revoked, in order. */
  readonly revocations: readonly string[];
  /** Clients that registered themselves. */
  readonly registrations: number;
}

interface IssuedToken {
  /** The account of the person, or the client when there is none. */
  readonly sub: string;
  readonly clientId: string;
  readonly grantId: string | undefined;
}

/**
 * Records tokens: what was requested, which access tokens belong to which sign-in, and which are revoked. It keeps the
 * secrets themselves only with `recordSecrets`, for tests that search for leaks.
 */
export class TokenLedger {
  #tokenRequests = 0;
  #registrations = 0;
  readonly #grants: Record<string, number> = {};
  readonly #revocations: string[] = [];
  readonly #issued = new Map<string, IssuedToken>();
  readonly #revoked = new Set<string>();
  readonly #secrets: IssuedSecret[] | undefined;

  constructor(options: { readonly recordSecrets: boolean }) {
    this.#secrets = options.recordSecrets ? [] : undefined;
  }

  tokenRequested(grantType: string): void {
    this.#tokenRequests += 1;
    this.#grants[grantType] = (this.#grants[grantType] ?? 0) + 1;
  }

  clientRegistered(): void {
    this.#registrations += 1;
  }

  accessTokenIssued(jti: string, token: IssuedToken): void {
    this.#issued.set(jti, token);
  }

  secretIssued(kind: string, value: unknown): void {
    const known = this.#secrets?.some((secret) => secret.value === value);
    if (typeof value === "string" && !known) this.#secrets?.push({ kind, value });
  }

  clientRevoked(kind: string): void {
    this.#revocations.push(kind);
  }

  /** Whether the access token with this identifier was issued to this client. */
  isOf(jti: string, clientId: string): boolean {
    return this.#issued.get(jti)?.clientId === clientId;
  }

  revoke(jti: string): void {
    this.#revoked.add(jti);
  }

  /** Revokes a whole sign-in with its refresh token, including the access tokens it issued (RFC 7009, 2.1). */
  revokeGrant(grantId: string): void {
    this.#revokeWhere((token) => token.grantId === grantId);
  }

  revokePerson(sub?: string): void {
    this.#revokeWhere((token) => sub === undefined || token.sub === sub);
  }

  isRevoked(jti: string): boolean {
    return this.#revoked.has(jti);
  }

  observe(): IdentityObservation {
    return {
      tokenRequests: this.#tokenRequests,
      grants: { ...this.#grants },
      revocations: [...this.#revocations],
      registrations: this.#registrations,
    };
  }

  /** @throws Error unless secrets are recorded */
  secrets(): readonly IssuedSecret[] {
    if (!this.#secrets) throw new Error("secrets are not recorded; start the sandbox with --record-secrets");
    return [...this.#secrets];
  }

  #revokeWhere(chosen: (token: IssuedToken) => boolean): void {
    for (const [jti, token] of this.#issued) {
      if (chosen(token)) this.#revoked.add(jti);
    }
  }
}
