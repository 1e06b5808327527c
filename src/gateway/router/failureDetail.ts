/** AgentCore's words for what went wrong behind it, to whoever should not see more; what exactly is in the log. */
export const INTERNAL_ERROR = "An internal error occurred. Please retry later.";

/**
 * What a caller is told of a failure behind the gateway when `exceptionLevel` is DEBUG: which target, and what the
 * error and its causes say.
 */
export function failureDetail(target: string, error: unknown): string {
  const said: string[] = [];
  for (let one = error, depth = 0; one instanceof Error && depth < 5; one = one.cause, depth++) {
    if (one.message !== "" && !said.includes(one.message)) said.push(one.message);
  }
  return `The target ${target} failed: ${said.length > 0 ? said.join(": ") : "it gave no reason"}`;
}
