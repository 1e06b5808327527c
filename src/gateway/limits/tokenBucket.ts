/** How often something may happen. */
export interface Rate {
  /** How many in each period, more than 0. */
  readonly rate: number;
  readonly period: "second" | "minute";
  /** How many may come at once after a pause; as many as `rate` when absent. */
  readonly burst?: number;
}

/** What was left in a bucket, and when. Time refills it. */
export interface Bucket {
  readonly tokens: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

const periodMs = { second: 1000, minute: 60_000 } as const;

export const sizeOf = (rate: Rate): number => Math.max(1, rate.burst ?? rate.rate);

/** What is in a bucket now; one that nobody took from, `undefined`, is full. */
export function tokensIn(bucket: Bucket | undefined, rate: Rate, now: number): number {
  const size = sizeOf(rate);
  if (bucket === undefined) return size;
  // A clock that was set back gives nothing.
  const gained = (Math.max(0, now - bucket.at) / periodMs[rate.period]) * rate.rate;
  return Math.min(size, bucket.tokens + gained);
}

/** How long, in milliseconds, until `count` may be taken; 0 when they may be now. A bucket never holds more than its size. */
export function waitFor(count: number, bucket: Bucket | undefined, rate: Rate, now: number): number {
  const missing = Math.min(count, sizeOf(rate)) - tokensIn(bucket, rate, now);
  return missing <= 0 ? 0 : Math.ceil((missing / rate.rate) * periodMs[rate.period]);
}

/** The bucket after `count` were taken. */
export function taken(count: number, bucket: Bucket | undefined, rate: Rate, now: number): Bucket {
  return { tokens: tokensIn(bucket, rate, now) - Math.min(count, sizeOf(rate)), at: Math.max(now, bucket?.at ?? now) };
}
