/**
 * What became of a scenario of `@modelcontextprotocol/conformance`: a warning is about something that should be, a
 * failure about something that must be. A client that ends with an error has not done what the scenario is about.
 */
export type ScenarioOutcome = "passes" | "warns" | "fails" | "ends with an error" | "checks nothing";

/** What the suite writes down for one thing it looks at. */
export interface Check {
  readonly id: string;
  readonly status: "SUCCESS" | "FAILURE" | "WARNING" | "SKIPPED" | "INFO";
  readonly description?: string;
  readonly errorMessage?: string;
}

export interface ScenarioResult {
  readonly outcome: ScenarioOutcome;
  /** The checks that did not pass, by the names that the suite gives them. */
  readonly missed: readonly string[];
}

/** Whether a check is about something that is wrong. */
export const isMissed = ({ status }: Check): boolean => status === "FAILURE" || status === "WARNING";

/** What the suite says of each check that is about something wrong. */
export const reasons = (checks: readonly Check[]): readonly string[] =>
  checks
    .filter(isMissed)
    .map(({ id, description = "", errorMessage = "" }) => `${id}: ${description} ${errorMessage}`.trim());

/** The result of a scenario, from its checks. */
export function scenarioResult(checks: readonly Check[]): ScenarioResult {
  const has = (status: Check["status"]) => checks.some((check) => check.status === status);
  const outcome = has("FAILURE") ? "fails" : has("WARNING") ? "warns" : has("SUCCESS") ? "passes" : "checks nothing";
  return { outcome, missed: [...new Set(checks.filter(isMissed).map(({ id }) => id))] };
}
