/**
 * What a gateway may ask beyond AgentCore, which looks at the token alone. All of it is off when absent, so that by
 * default a token gets the answer here that it gets from AgentCore.
 */
export interface BeyondAgentCore {
  /** Refuses tokens without `sub`: a machine's token may have none. */
  readonly requireSubject?: boolean;
  /** Refuses ID tokens, which tell a client who signed in and are not meant for an API (OpenID Connect Core, 2). */
  readonly refuseIdTokens?: boolean;
  /** Refuses these tokens, by their `jti` (RFC 7519, 4.1.7), before they expire. */
  readonly deniedTokenIds?: readonly string[];
  /** Asks the issuer whether a token is still good (RFC 7662), so that signing out takes effect at once. */
  readonly introspection?: Introspection;
}

export interface Introspection {
  /** The issuer's introspection endpoint. */
  readonly endpoint: string;
  readonly clientId: string;
  readonly clientSecret: string;
}
