/** What a rule looked at. */
export type Rule =
  | "token"
  | "algorithm"
  | "signature"
  | "issuer"
  | "expiry"
  | "notBefore"
  | "audience"
  | "client"
  | "scope"
  | "customClaim"
  | "revoked"
  | "subject"
  | "idToken"
  | "deniedToken"
  | "introspection";

/**
 * What one rule found in a token: what it expected of which claim, and what was there.
 *
 * `found` is the value of a single claim or header parameter, never the token, so that it may be shown and logged.
 */
export interface Finding {
  readonly rule: Rule;
  readonly claim: string;
  readonly expected: unknown;
  readonly found: unknown;
  readonly ok: boolean;
  /** The rule is none of AgentCore's, which may let the same token pass. */
  readonly beyondAgentCore?: true;
}
