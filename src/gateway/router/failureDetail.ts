import { failureReason } from "./failureReason.ts";
import type { Target } from "./target.ts";

/** AgentCore's message for failures of a target; the log has the details. */
export const INTERNAL_ERROR = "An internal error occurred. Please retry later.";

/**
 * What a caller is told of a failure behind the gateway when `exceptionLevel` is DEBUG: which target, and what the
 * error and its causes say. What a process said on its standard error is for the log alone.
 */
export function failureDetail(target: Target, error: unknown): string {
  return `The target ${target.name} failed: ${failureReason(target, error)}`;
}
