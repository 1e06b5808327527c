import {
  dimensionValue,
  entryFinder,
  type FindEntry,
  type RateConfig,
  type RateContext,
  type RateLimit,
  type RateMetric,
} from "./rateLimit.ts";
import { type Bucket, taken, waitFor } from "./tokenBucket.ts";

/** The limit that turned a request away, as AWS tells callers. */
export interface RateLimited {
  readonly kind: "limited";
  readonly id: string;
  /** `<id>/<key>=<value>`. */
  readonly limitKey: string;
  readonly metric: RateMetric;
  /** In seconds. */
  readonly retryAfter: number;
}

/** A request that may go on, and is under way until it is `over`. */
export interface RateAdmitted {
  readonly kind: "admitted";
  over(): void;
}

export interface RateLimits {
  /** Applies other limits. What was counted stays, for each limit that stays. */
  configure(limits: readonly RateLimit[]): void;
  /**
   * Counts a request. It counts towards every limit or, when one turns it away, towards none.
   *
   * @param contexts one for each tool that the request calls, or one for a request of another kind
   * @param now milliseconds since the epoch
   */
  take(contexts: readonly RateContext[], now: number): RateAdmitted | RateLimited;
}

/**
 * How many counts are kept. The one that was used least recently is dropped first: it is the likeliest to be full again,
 * and a full one equals none.
 */
export const MOST_COUNTS = 50_000;

/** AWS does not say when somebody may come again whom a rate of 0 blocks: not soon. */
const BLOCKED_SECONDS = 60;

interface Ask {
  readonly limit: RateLimit;
  readonly metric: RateMetric;
  readonly config: RateConfig;
  readonly limitKey: string;
  /** Whose count it is. */
  readonly count: string;
}

const periodSeconds = { second: 1, minute: 60 } as const;

/**
 * Decides as AWS does (developer guide, "Rate limit enforcement"): all limits that apply have to let a request pass. Those
 * with more keys are asked first, then those with lower rates, and the first that does not is told. A limit with a key that
 * cannot be resolved, or without an entry for its values, does not apply.
 *
 * Counting is exact here, where AWS's limits take up to 30 seconds to spread and let more through while they do.
 */
export function createRateLimits(limits: readonly RateLimit[] = []): RateLimits {
  let finders = findersOf(limits);
  const buckets = new Map<string, Bucket>();
  const underWay = new Map<string, number>();

  function asksOf(context: RateContext): readonly Ask[] {
    return finders.flatMap(({ limit, find }) => {
      const values: string[] = [];
      for (const key of limit.keys) {
        const value = dimensionValue(key, context);
        if (value === undefined) return [];
        values.push(value);
      }
      const entry = find(values);
      if (entry === undefined) return [];
      const limitKey = `${limit.id}/${limit.keys.map((key, at) => `${key}=${values[at]}`).join(",")}`;
      return (["requests", "connections"] as const).flatMap((metric) => {
        const config = entry[metric];
        const count = JSON.stringify([metric, limit.id, limit.keys, values]);
        return config ? [{ limit, metric, config, limitKey, count }] : [];
      });
    });
  }

  /** How long to wait before a count may grow so much, in seconds; 0 when it may now. */
  function wait({ metric, config, count }: Ask, by: number, now: number): number {
    if (config.rate === 0) return BLOCKED_SECONDS;
    if (metric === "connections") return (underWay.get(count) ?? 0) + by > config.rate ? 1 : 0;
    const ms = waitFor(by, { bucket: buckets.get(count), rate: config }, now);
    return ms === 0 ? 0 : Math.max(1, Math.ceil(ms / 1000));
  }

  function forgetOldest(): void {
    for (const key of buckets.keys()) {
      if (buckets.size <= MOST_COUNTS) return;
      buckets.delete(key);
    }
  }

  return {
    configure(next) {
      finders = findersOf(next);
      const kept = new Set(next.map(({ id, keys }) => JSON.stringify([id, keys])));
      for (const key of buckets.keys()) {
        const [, id, keys] = JSON.parse(key) as readonly unknown[];
        if (!kept.has(JSON.stringify([id, keys]))) buckets.delete(key);
      }
    },
    take(contexts, now) {
      const asks = contexts.flatMap(asksOf).sort(inOrder);
      const counts = new Map<string, number>();
      for (const ask of asks) {
        // A request that calls several tools is under way once.
        const by = ask.metric === "connections" ? 1 : (counts.get(ask.count) ?? 0) + 1;
        counts.set(ask.count, by);
        const retryAfter = wait(ask, by, now);
        if (retryAfter > 0) {
          const { limit, limitKey, metric } = ask;
          return { kind: "limited", id: limit.id, limitKey, metric, retryAfter };
        }
      }
      const open = new Set<string>();
      for (const { metric, config, count } of asks) {
        if (metric === "connections") open.add(count);
        else {
          const bucket = taken(1, { bucket: buckets.get(count), rate: config }, now);
          buckets.delete(count);
          buckets.set(count, bucket);
        }
      }
      for (const count of open) underWay.set(count, (underWay.get(count) ?? 0) + 1);
      forgetOldest();
      return open.size === 0 ? admitted : { kind: "admitted", over: () => leave(open) };
    },
  };

  function leave(open: Set<string>): void {
    for (const count of open) {
      const left = (underWay.get(count) ?? 1) - 1;
      if (left > 0) underWay.set(count, left);
      else underWay.delete(count);
    }
    open.clear();
  }
}

const admitted: RateAdmitted = { kind: "admitted", over: () => {} };

const findersOf = (limits: readonly RateLimit[]): readonly { readonly limit: RateLimit; readonly find: FindEntry }[] =>
  limits.map((limit) => ({ limit, find: entryFinder(limit) }));

const perSecond = ({ rate, period }: RateConfig): number => rate / periodSeconds[period];

const inOrder = (one: Ask, other: Ask): number =>
  other.limit.keys.length - one.limit.keys.length || perSecond(one.config) - perSecond(other.config);
