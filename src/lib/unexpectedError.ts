import { redact } from "./redact.ts";

/** How much of a reason is logged: what a person needs is at its beginning. */
const LONGEST_REASON = 1000;

/** What the log says of an exception that nobody foresaw. */
export interface UnexpectedFacts {
  /** What to look for in a log, the same in every program. */
  readonly code: "unexpected";
  readonly reason: string;
  /** Where it was thrown, as far as it is known. */
  readonly at?: string;
}

/** The facts of an exception that nobody foresaw, for the log of the program that it stopped, with secrets redacted. */
export function unexpectedFacts(error: unknown): UnexpectedFacts {
  const reason = redact(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  const at = error instanceof Error ? /^\s+at (.+)$/m.exec(error.stack ?? "")?.[1] : undefined;
  return { code: "unexpected", reason: reason.slice(0, LONGEST_REASON), ...(at !== undefined && { at }) };
}
