import { foreignText } from "./foreignText.ts";
import { redact } from "./redact.ts";

/** The facts of one log line: plain data, and never a secret (see `redact`). */
export type LogFacts = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** Takes the log lines of a program. The editor's output channel implements it. */
export interface Log {
  debug(message: string, facts?: LogFacts): void;
  info(message: string, facts?: LogFacts): void;
  warn(message: string, facts?: LogFacts): void;
  error(message: string, facts?: LogFacts): void;
}

/** The log of a whole program: where it opens it, the one that ends it waits for it. */
export interface ProgramLog extends Log {
  /** Resolves when all lines went out that were logged, or nobody waits for them any longer. */
  close(): Promise<void>;
}

/** A log that discards everything. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * A text as a log may have it: secrets redacted, on one line, and cut.
 *
 * @param longest how much of it is logged, in characters
 */
export const loggedText = (text: string, longest: number): string => foreignText(redact(text), longest);
