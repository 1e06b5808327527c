import type { AuditEntry } from "../audit/auditEntry.ts";
import type { RateLimited } from "../limits/rateLimits.ts";

/** Collects metrics of a gateway, and renders their page. */
export interface Metrics {
  answered(entry: AuditEntry): void;
  /** Counts a request that a limit refused. */
  limited(limit: "subject" | "tool"): void;
  /** Counts a request that one of AWS's rate limits turned away. */
  rateLimited(limited: RateLimited): void;
  /** Counts a target that could not be reached or did not answer in time. */
  targetFailed(target: string): void;
  page(now: CurrentValues): Promise<{ readonly contentType: string; readonly text: string }>;
}

/** Values that are read at the moment the page is rendered. */
export interface CurrentValues {
  readonly callsInFlight: number;
  readonly sessions: number;
  readonly keyFetches: number;
}
