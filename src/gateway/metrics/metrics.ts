import type { AuditEntry } from "../audit/auditEntry.ts";

/** Figures about a gateway, and the page they are on. */
export interface Metrics {
  answered(entry: AuditEntry): void;
  /** A request that a limit kept out. */
  limited(limit: "subject" | "tool"): void;
  /** A target that could not be reached, or did not answer in time. */
  targetFailed(target: string): void;
  page(now: Momentary): Promise<{ readonly contentType: string; readonly text: string }>;
}

/** What is only known when it is asked for. */
export interface Momentary {
  readonly callsInFlight: number;
  readonly sessions: number;
  readonly keyFetches: number;
}
