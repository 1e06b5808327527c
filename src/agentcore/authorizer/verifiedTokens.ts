/**
 * SHA-256 of a token, by which it is known again without being kept. The runtime brings it: WebCrypto's own takes
 * longer than what it would save.
 */
export type TokenHash = (token: string) => string;

/**
 * Tokens whose signature was found good by one key set. It says nothing about what is in them: claims, denied tokens
 * and introspection are looked at each time.
 *
 * It belongs to a key set and goes with it, so that it cannot outlive a key that the issuer took back.
 */
export interface VerifiedTokens {
  has(hash: string, nowSeconds: number): boolean;
  /** @param expiresAt seconds since the epoch; the token is not remembered longer */
  remember(hash: string, expiresAt: number): void;
  size(): number;
}

/** A hash and a number each: about two megabytes. */
export const MAX_REMEMBERED = 10_000;

/** @param most how many are remembered; beyond it, those that were not seen for longest are forgotten */
export function verifiedTokens(most = MAX_REMEMBERED): VerifiedTokens {
  // A Map keeps the order of insertion, so the first is the one that was used longest ago.
  const ends = new Map<string, number>();
  return {
    has(hash, nowSeconds) {
      const expiresAt = ends.get(hash);
      if (expiresAt === undefined) return false;
      ends.delete(hash);
      if (nowSeconds >= expiresAt) return false;
      ends.set(hash, expiresAt);
      return true;
    },
    remember(hash, expiresAt) {
      ends.delete(hash);
      ends.set(hash, expiresAt);
      if (ends.size <= most) return;
      const [oldest] = ends.keys();
      if (oldest !== undefined) ends.delete(oldest);
    },
    size: () => ends.size,
  };
}
