import { type Bucket, type Rate, sizeOf, taken, tokensIn, waitFor } from "./tokenBucket.ts";

/** How often callers may come. What is absent is not limited, as with an AgentCore gateway without a rate limit. */
export interface LimitRules {
  /** The requests of each subject; all callers together where there is no authorizer. */
  readonly subject?: Rate;
  /** The calls of each tool, whoever makes them. */
  readonly tool?: Rate;
  /** The calls of single tools, by `target___tool`, in place of `tool`. */
  readonly tools?: Readonly<Record<string, Rate>>;
}

/** Which limit was reached, and how long to wait. */
export interface Limited {
  readonly limit: "subject" | "tool";
  readonly waitMs: number;
}

export interface Limits {
  /**
   * Counts one HTTP request with so many requests in it, some of them tool calls. It counts for every limit or, when
   * one of them is reached, for none.
   *
   * @param now milliseconds since the epoch
   * @returns the limit with the longest wait that keeps it out
   */
  take(principal: string, requests: number, tools: readonly string[], now: number): Limited | undefined;
}

/**
 * How many buckets are kept. The one that was used longest ago goes first: it is the likeliest to be full again, and a
 * full one is as good as none. So made-up names of tools cost no memory.
 */
export const MOST_BUCKETS = 10_000;

export function createLimits(rules: LimitRules): Limits {
  const buckets = new Map<string, { readonly bucket: Bucket; readonly rate: Rate }>();

  return {
    take(principal, requests, tools, now) {
      const asks = [
        ...(rules.subject ? [{ limit: "subject", key: `s ${principal}`, count: requests, rate: rules.subject }] : []),
        ...[...new Set(tools)].flatMap((tool) => {
          const rate = rules.tools && Object.hasOwn(rules.tools, tool) ? rules.tools[tool] : rules.tool;
          const count = tools.filter((one) => one === tool).length;
          return rate ? [{ limit: "tool", key: `t ${tool}`, count, rate }] : [];
        }),
      ] as const;
      const waits = asks.map(({ limit, key, count, rate }) => ({
        limit: limit as Limited["limit"],
        waitMs: waitFor(count, buckets.get(key)?.bucket, rate, now),
      }));
      const longest = waits.reduce<Limited | undefined>(
        (most, one) => (one.waitMs > (most?.waitMs ?? 0) ? one : most),
        undefined,
      );
      if (longest !== undefined) return longest;
      for (const { key, count, rate } of asks) {
        const bucket = taken(count, buckets.get(key)?.bucket, rate, now);
        buckets.delete(key);
        buckets.set(key, { bucket, rate });
      }
      forgetOldest(now);
      return undefined;
    },
  };

  function forgetOldest(now: number): void {
    for (const [key, { bucket, rate }] of buckets) {
      if (buckets.size <= MOST_BUCKETS && tokensIn(bucket, rate, now) < sizeOf(rate)) return;
      buckets.delete(key);
    }
  }
}

/** What is wrong with the rules, each with its place. */
export function limitProblems({ subject, tool, tools = {} }: LimitRules): readonly string[] {
  const all: readonly (readonly [string, Rate | undefined])[] = [
    ["limits.subject", subject],
    ["limits.tool", tool],
    ...Object.entries(tools).map(([name, rate]) => [`limits.tools.${name}`, rate] as const),
  ];
  return all.flatMap(([place, rate]) => [
    ...(rate !== undefined && !(rate.rate > 0 && Number.isFinite(rate.rate))
      ? [`${place}.rate has to be above 0`]
      : []),
    ...(rate?.burst !== undefined && !(rate.burst >= 1) ? [`${place}.burst has to be at least 1`] : []),
  ]);
}
