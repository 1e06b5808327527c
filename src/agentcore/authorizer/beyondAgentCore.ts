/** Rules that AgentCore does not have, and for which the token alone is enough. Each is off when absent. */
export interface FurtherTokenRules {
  /** Refuses tokens without `sub`, which a machine's token may lack. */
  readonly requireSubject?: boolean;
  /** Refuses ID tokens: they tell a client who signed in, and are not meant for an API (OpenID Connect Core, 2). */
  readonly refuseIdTokens?: boolean;
  /** Refuses the tokens with these values of `jti` (RFC 7519, 4.1.7) before they expire. */
  readonly deniedTokenIds?: readonly string[];
}

/**
 * Rules that AgentCore does not have, since it checks the token alone. Each is off when absent, so that by default a
 * token gets the same answer here as from AgentCore.
 */
export interface BeyondAgentCore extends FurtherTokenRules {
  /** Asks the issuer whether a token is still active (RFC 7662), so that a sign-out takes effect at once. */
  readonly introspection?: Introspection;
  /** Takes tokens that are bound to a key, with proofs (DPoP, RFC 9449). */
  readonly dpop?: ProofRules;
}

/** How tokens are taken that are bound to a key. */
export interface ProofRules {
  /** Takes no others. */
  readonly required?: boolean;
  /** Wants a nonce of the gateway in each proof (RFC 9449, 9). */
  readonly nonces?: boolean;
  /** How old a proof may be, in seconds. */
  readonly lifetimeSeconds?: number;
}

/** How old a proof may be by default, in seconds. */
export const DEFAULT_PROOF_SECONDS = 300;

export interface Introspection {
  /** The issuer's introspection endpoint. */
  readonly endpoint: string;
  readonly clientId: string;
  readonly clientSecret: string;
}
