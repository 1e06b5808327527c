import type { ClockFacts } from "./refusalFacts.ts";

/** Tokens that are bound to a key, and the proofs that are sent with them (DPoP, RFC 9449). */
export interface ProofFacts {
  /** The key that a sign-in is bound to cannot sign. */
  readonly proof_key_unusable: Record<never, never>;
  /** The provider bound a token to another key than the one it was asked with. */
  readonly token_key_mismatch: { readonly issuer: string };
  /** A gateway does not take the proof. `words` are its own. */
  readonly proof_refused: ClockFacts & { readonly gateway: string; readonly error: string; readonly words?: string };
  /** A gateway takes bound tokens alone, and there is none. */
  readonly bound_token_needed: { readonly gateway: string; readonly issuer: string };
}
