/** Which rule a finding comes from. */
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
  | "introspection"
  | "proof";

/**
 * What one rule found in a token: the claim it read, the value it expected and the value it found.
 *
 * `found` is the value of a single claim or header parameter and never the token, so it may be shown and logged.
 */
export interface Finding {
  readonly rule: Rule;
  readonly claim: string;
  readonly expected: unknown;
  readonly found: unknown;
  readonly ok: boolean;
  /** AgentCore does not have the rule, and may accept the same token. */
  readonly beyondAgentCore?: true;
}
