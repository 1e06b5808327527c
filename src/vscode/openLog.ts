import type * as vscode from "vscode";
import { type LogFacts, loggedText, type ProgramLog } from "../lib/log.ts";
import { redact } from "../lib/redact.ts";

/** How much of a fact is logged, in characters. */
const LONGEST_FACT = 1000;

/**
 * The extension's log: its output channel, in lines that a person can follow, with secrets redacted. Whatever else takes the log
 * in the editor is opened and closed here.
 */
export function openLog(channel: vscode.LogOutputChannel): ProgramLog {
  const line = (message: string, facts: LogFacts = {}): string => {
    const shown = Object.entries(facts).filter(([, value]) => value !== undefined);
    const text = shown
      .map(
        ([name, value]) =>
          `${name}=${loggedText(Array.isArray(value) ? value.join(" ") : String(value), LONGEST_FACT)}`,
      )
      .join(", ");
    return redact(text ? `${message} (${text})` : message);
  };
  return {
    debug: (message, facts) => channel.debug(line(message, facts)),
    info: (message, facts) => channel.info(line(message, facts)),
    warn: (message, facts) => channel.warn(line(message, facts)),
    error: (message, facts) => channel.error(line(message, facts)),
    // What the channel was handed is the editor's to write.
    async close() {},
  };
}
