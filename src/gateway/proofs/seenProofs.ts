/** How many proofs are remembered. Each takes some hundred bytes. */
const MOST_SEEN_PROOFS = 100_000;

/** Remembers which proofs were used (RFC 9449, 11.1). */
export interface SeenProofs {
  /**
   * Whether a proof was not used before. From then on it was. What nobody can know any more was, so that no flood of proofs
   * lets one pass twice.
   *
   * @param iat when it was made, in seconds
   * @param oldest the oldest `iat` that is taken at all
   */
  use(id: string, iat: number, oldest: number): boolean;
}

/** @param most how many are remembered; of more the first are forgotten, and with them all that are not younger are refused */
export function createSeenProofs(most = MOST_SEEN_PROOFS): SeenProofs {
  const seen = new Map<string, number>();
  let forgotten = Number.NEGATIVE_INFINITY;
  return {
    use(id, iat, oldest) {
      for (const [old, madeAt] of seen) {
        if (madeAt >= oldest) break;
        seen.delete(old);
      }
      if (iat <= forgotten || seen.has(id)) return false;
      if (seen.size >= most) {
        const [[first, madeAt]] = seen as unknown as [[string, number]];
        seen.delete(first);
        forgotten = Math.max(forgotten, madeAt);
        if (iat <= forgotten) return false;
      }
      seen.set(id, iat);
      return true;
    },
  };
}
