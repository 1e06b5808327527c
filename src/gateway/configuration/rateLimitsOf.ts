import type { RateConfig, RateLimit } from "../limits/rateLimit.ts";

/** A rate limit of a file. */
export interface RateLimitInFile {
  readonly rateLimitId?: string;
  readonly dimensionKeys: readonly string[];
  readonly entries: readonly {
    readonly dimensions: Readonly<Record<string, string>>;
    readonly requests?: readonly RateConfig[];
    readonly tokens?: readonly RateConfig[];
    readonly connections?: readonly RateConfig[];
  }[];
  readonly status?: "CREATING" | "ACTIVE" | "UPDATING" | "DELETING";
}

const isEnforced = ({ status = "ACTIVE" }: RateLimitInFile): boolean => status === "ACTIVE" || status === "UPDATING";

/** The rate limits of a file that are enforced. */
export function rateLimitsOf(limits: readonly RateLimitInFile[]): readonly RateLimit[] {
  return limits.filter(isEnforced).map(({ rateLimitId, dimensionKeys, entries }) => ({
    id: rateLimitId ?? idFor(dimensionKeys),
    keys: dimensionKeys,
    entries: entries.map(({ dimensions, requests, connections, tokens }) => ({
      dimensions,
      ...(requests?.[0] && { requests: requests[0] }),
      ...(connections?.[0] && { connections: connections[0] }),
      ...(tokens?.[0] && { tokens: tokens[0] }),
    })),
  }));
}

/** AWS makes up an id. This one says what it is for, and stays the same when the file is read again. */
export const idFor = (keys: readonly string[]): string =>
  keys
    .map((key) => key.replace("$.context.", ""))
    .join("-")
    .slice(0, 64);

/** What cannot be resolved here, since only AWS knows it. */
const ofAws = ["qualifiedModelId", "$.context.iam.principal", "$.context.iam.sourceIdentity"];

/** The paths of what has no effect here: a limit is skipped when one of its keys cannot be resolved. */
export function rateLimitsWithoutEffect(limits: readonly RateLimitInFile[], hasTokens: boolean): readonly string[] {
  return limits.flatMap((limit, at) => {
    const path = `rateLimits[${at}]`;
    if (!isEnforced(limit)) return [`${path}.status`];
    const unknown = limit.dimensionKeys.findIndex(
      (key) => ofAws.includes(key) || (!hasTokens && key.startsWith("$.context.jwt.")),
    );
    const tokens = limit.entries.findIndex(({ tokens: found }) => found !== undefined);
    return [
      ...(unknown >= 0 ? [`${path}.dimensionKeys[${unknown}]`] : []),
      ...(tokens >= 0 ? [`${path}.entries[${tokens}].tokens`] : []),
    ];
  });
}
