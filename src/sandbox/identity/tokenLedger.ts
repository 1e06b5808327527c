/** Something that must never be found where it does not belong. */
export interface IssuedSecret {
  /** What it is: `access_token`, `refresh_token`, `id_token`, `code`, `client_secret` or `private_key`. */
  readonly kind: string;
  readonly value: string;
}

/** What the identity provider was asked for so far. */
export interface IdentityObservation {
  /** Requests to the token endpoint, refused ones among them. */
  readonly tokenRequests: number;
  /** Token requests by grant type. */
  readonly grants: Readonly<Record<string, number>>;
  /** Kinds of tokens that clients revoked, in order. */
  readonly revocations: readonly string[];
  /** Clients that registered themselves. */
  readonly registrations: number;
}

interface IssuedToken {
  /** The person as the sandbox calls them; the client, where there is none. */
  readonly sub: string;
  readonly clientId: string;
  readonly grantId: string | undefined;
}

/**
 * Keeps book of tokens: what was asked for, which access tokens belong to which sign-in, and which of them are revoked.
 * Secrets themselves are kept only where `recordSecrets` asks for it, for a test that looks for leaks.
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

  /** With its refresh token a whole sign-in ends, the access tokens it gave among it (RFC 7009, 2.1). */
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

  /** @throws Error when nobody asked for secrets to be kept */
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
