/**
 * SHA-256 of a token, which identifies it without storing it. The runtime provides it: WebCrypto's digest takes longer
 * than the cache would save.
 */
export type TokenHash = (token: string) => string;

/**
 * Tokens whose signature one key set has verified. Claims, denied tokens and introspection are still checked for every
 * request.
 *
 * The cache belongs to a key set and is discarded with it, so it cannot outlive a key that the issuer withdrew.
 */
export interface VerifiedTokens {
  has(hash: string, nowSeconds: number): boolean;
  /** @param expiresAt seconds since the epoch; the token is forgotten then */
  remember(hash: string, expiresAt: number): void;
  size(): number;
}

/** About two megabytes: each token takes a hash and a number. */
export const MAX_REMEMBERED = 10_000;

/** @param most how many tokens are remembered; beyond this the least recently seen are forgotten */
export function verifiedTokens(most = MAX_REMEMBERED): VerifiedTokens {
  // A Map keeps the order of insertion, so its first entry is the least recently used.
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
