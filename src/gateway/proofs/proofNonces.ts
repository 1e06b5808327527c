import { createHmac, randomBytes } from "node:crypto";

/** How long a nonce is the newest one, in milliseconds. It is good for twice as long. */
const NEWEST_MS = 150_000;

/** Nonces that callers have to put into their proofs (RFC 9449, 9), of which nothing is kept but a key. */
export interface ProofNonces {
  newest(): string;
  /** Whether a nonce is one of ours that is good still. */
  accepts(nonce: unknown): boolean;
}

/** @param now milliseconds since the epoch */
export function createProofNonces(now: () => number): ProofNonces {
  const key = randomBytes(32);
  const at = (period: number) => createHmac("sha256", key).update(String(period)).digest("base64url");
  const period = () => Math.floor(now() / NEWEST_MS);
  return {
    newest: () => at(period()),
    accepts: (nonce) => nonce === at(period()) || nonce === at(period() - 1),
  };
}
