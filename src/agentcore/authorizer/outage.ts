/** What became of something that every request depends on. */
export type OutageNews =
  | { readonly kind: "began"; readonly reason: string }
  | { readonly kind: "ended"; readonly lastedMs: number };

/** Tells once that something fails, however many requests meet it, and once that it works again. */
export interface Outage {
  failed(error: Error): void;
  worked(): void;
}

/** @param now milliseconds since the epoch */
export function outage(tell: (news: OutageNews) => void, now: () => number): Outage {
  let since: number | undefined;
  return {
    failed({ message }) {
      if (since !== undefined) return;
      since = now();
      tell({ kind: "began", reason: message });
    },
    worked() {
      if (since === undefined) return;
      const lastedMs = Math.max(0, now() - since);
      since = undefined;
      tell({ kind: "ended", lastedMs });
    },
  };
}
