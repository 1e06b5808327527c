/** AWS's rate limits of a gateway (developer guide, "Add rate limits to a gateway"), as far as they count here. */
export interface RateLimit {
  readonly id: string;
  /** What requests are told apart by, such as `targetName` and `$.context.jwt.sub`. */
  readonly keys: readonly string[];
  readonly entries: readonly RateLimitEntry[];
}

export interface RateLimitEntry {
  /** A value for each key; `*` stands for all of them. */
  readonly dimensions: Readonly<Record<string, string>>;
  readonly requests?: RateConfig;
  /** How many requests may be under way at a time. */
  readonly connections?: RateConfig;
  /** How many tokens of a model. No model answers here, so that nothing counts them: it is there to be compared. */
  readonly tokens?: RateConfig;
}

export interface RateConfig {
  /** 0 blocks. */
  readonly rate: number;
  readonly period: "second" | "minute";
}

/** The highest rate that AWS takes. */
export const HIGHEST_RATE = 10_000_000;

export type RateMetric = "requests" | "connections";

/** What is known of a call when its limits are looked for. */
export interface RateContext {
  readonly targetName: string | undefined;
  /** `target___tool`, of calls of tools. */
  readonly toolName: string | undefined;
  /** The claims of a token that was found good. */
  readonly claims: Readonly<Record<string, unknown>> | undefined;
}

const JWT = "$.context.jwt.";

/** The value of a dimension key; `undefined` where it cannot be resolved, as everything that only AWS knows. */
export function dimensionValue(key: string, context: RateContext): string | undefined {
  if (key === "targetName") return context.targetName;
  if (key === "toolName") return context.toolName;
  const claims = key.startsWith(JWT) ? context.claims : undefined;
  if (claims === undefined) return undefined;
  const name = key.slice(JWT.length);
  const value = Object.hasOwn(claims, name) ? claims[name] : name.split(".").reduce<unknown>(inside, claims);
  // AWS does not say what it makes of lists.
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : undefined;
}

const inside = (around: unknown, name: string): unknown =>
  typeof around === "object" && around !== null && Object.hasOwn(around, name)
    ? (around as Readonly<Record<string, unknown>>)[name]
    : undefined;

/** What separates the values in a key of `entriesByValues`. */
const SEPARATOR = "\u0000";

/** Finds the entry of a limit for the values of its keys. */
export type FindEntry = (values: readonly string[]) => RateLimitEntry | undefined;

/**
 * Makes the search for the entry that counts: the one with all values, then the one with `*` for the last key, then for
 * the last two, and so on. The first that there is wins.
 */
export function entryFinder({ keys, entries }: RateLimit): FindEntry {
  const known = new Map(entries.map((entry) => [keys.map((key) => entry.dimensions[key]).join(SEPARATOR), entry]));
  return (values) => {
    for (let exact = keys.length; exact >= 0; exact--) {
      const found = known.get(values.map((value, at) => (at < exact ? value : "*")).join(SEPARATOR));
      if (found !== undefined) return found;
    }
    return undefined;
  };
}
