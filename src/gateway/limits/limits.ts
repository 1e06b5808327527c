import { LONGEST_NAME } from "../../lib/limits.ts";
import { type Bucket, type Rate, sizeOf, taken, tokensIn, waitFor } from "./tokenBucket.ts";

/**
 * How often callers may send requests. An absent rule sets no limit, as at an AgentCore gateway without rate limits.
 */
export interface LimitRules {
  /** The requests of each subject, or of all callers together without an authorizer. */
  readonly subject?: Rate;
  /** The calls of each tool, by all callers together. */
  readonly tool?: Rate;
  /** The calls of single tools, by `target___tool`. These replace `tool`. */
  readonly tools?: Readonly<Record<string, Rate>>;
}

/** The limit that was reached, and how long to wait. */
export interface Limited {
  readonly limit: "subject" | "tool";
  readonly waitMs: number;
}

/** What limits count of an HTTP request. */
export interface CountedRequest {
  readonly principal: string;
  /** How many MCP requests it contains. */
  readonly requests: number;
  /** The tools that it calls. */
  readonly tools: readonly string[];
}

export interface Limits {
  /**
   * Counts an HTTP request with its MCP requests, some of them tool calls. It counts towards every limit or, when one
   * of them is reached, towards none.
   *
   * @param now milliseconds since the epoch
   * @returns the reached limit with the longest wait; undefined when the request may pass
   */
  take(request: CountedRequest, now: number): Limited | undefined;
}

/**
 * How many buckets are kept. The least recently used is dropped first: it is the likeliest to be full again, and a full
 * bucket equals none. So invented tool names cannot fill the memory.
 */
export const MOST_BUCKETS = 10_000;

export function createLimits(rules: LimitRules): Limits {
  const buckets = new Map<string, { readonly bucket: Bucket; readonly rate: Rate }>();

  return {
    take({ principal, requests, tools }, now) {
      const asks = [
        ...(rules.subject ? [{ limit: "subject", key: `s ${principal}`, count: requests, rate: rules.subject }] : []),
        ...[...new Set(tools)].flatMap((tool) => {
          const rate = rules.tools && Object.hasOwn(rules.tools, tool) ? rules.tools[tool] : rules.tool;
          const count = tools.filter((one) => one === tool).length;
          return rate ? [{ limit: "tool", key: `t ${tool.slice(0, LONGEST_NAME)}`, count, rate }] : [];
        }),
      ] as const;
      const waits = asks.map(({ limit, key, count, rate }) => ({
        limit: limit as Limited["limit"],
        waitMs: waitFor(count, { bucket: buckets.get(key)?.bucket, rate }, now),
      }));
      const longest = waits.reduce<Limited | undefined>(
        (most, one) => (one.waitMs > (most?.waitMs ?? 0) ? one : most),
        undefined,
      );
      if (longest !== undefined) return longest;
      for (const { key, count, rate } of asks) {
        const bucket = taken(count, { bucket: buckets.get(key)?.bucket, rate }, now);
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

/** The faults in the rules, each with its path. */
export function limitProblems({ subject, tool, tools = {} }: LimitRules): readonly string[] {
  const all: readonly (readonly [string, Rate | undefined])[] = [
    ["limits.subject", subject],
    ["limits.tool", tool],
    ...Object.entries(tools).map(([name, rate]) => [`limits.tools.${name}`, rate] as const),
  ];
  return all.flatMap(([path, rate]) => [
    ...(rate !== undefined && !(rate.rate > 0 && Number.isFinite(rate.rate)) ? [`${path}.rate has to be above 0`] : []),
    ...(rate?.burst !== undefined && !(rate.burst >= 1) ? [`${path}.burst has to be at least 1`] : []),
  ]);
}
