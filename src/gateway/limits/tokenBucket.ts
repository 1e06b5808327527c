/** How often something may happen. */
export interface Rate {
  /** How many per period; more than 0. */
  readonly rate: number;
  readonly period: "second" | "minute";
  /** How many may happen at once after a pause; `rate` when absent. */
  readonly burst?: number;
}

/** The tokens left in a bucket at a time. It refills as time passes. */
export interface Bucket {
  readonly tokens: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A bucket with its rate. An unused bucket is undefined. */
export interface LimitedBucket {
  readonly bucket: Bucket | undefined;
  readonly rate: Rate;
}

const periodMs = { second: 1000, minute: 60_000 } as const;

export const sizeOf = (rate: Rate): number => Math.max(1, rate.burst ?? rate.rate);

/** The tokens in a bucket now. An unused bucket, `undefined`, is full. */
export function tokensIn(bucket: Bucket | undefined, rate: Rate, now: number): number {
  const size = sizeOf(rate);
  if (bucket === undefined) return size;
  // A clock that was set back adds nothing.
  const gained = (Math.max(0, now - bucket.at) / periodMs[rate.period]) * rate.rate;
  return Math.min(size, bucket.tokens + gained);
}

/**
 * The milliseconds until `count` tokens may be taken; 0 when they may be taken now. A count above the size needs a full
 * bucket.
 */
export function waitFor(count: number, { bucket, rate }: LimitedBucket, now: number): number {
  const missing = Math.min(count, sizeOf(rate)) - tokensIn(bucket, rate, now);
  return missing <= 0 ? 0 : Math.ceil((missing / rate.rate) * periodMs[rate.period]);
}

/** The bucket after `count` tokens were taken. */
export function taken(count: number, { bucket, rate }: LimitedBucket, now: number): Bucket {
  return { tokens: tokensIn(bucket, rate, now) - Math.min(count, sizeOf(rate)), at: Math.max(now, bucket?.at ?? now) };
}
